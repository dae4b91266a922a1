#!/bin/sh
# Sao lưu cài đặt, tài khoản, sổ phiếu, thư đã gửi, nhật ký xem (và bản sao làm việc, nếu nêu --copy) vào một tệp.
# Chạy bằng root, mỗi đêm:
#     backup.sh THƯ_MỤC_ĐÍCH [--copy]
# Khôi phục: systemctl stop motcua; tar -xzf TỆP -C /; systemctl start motcua; rồi motcua doctor (docs/running.md).
set -eu
umask 077
into=${1:?thư mục đích}
settings=${MOTCUA_CONFIG:-/etc/motcua/motcua.toml}
state=${MOTCUA_STATE:-/var/lib/motcua}
accounts=${MOTCUA_ACCOUNTS_FILE:-$state/var/tai-khoan.sqlite}
issued=${MOTCUA_ISSUED_FILE:-$state/var/so-phieu.sqlite}
seen=${MOTCUA_AUDIT_FOLDER:-$state/var/nhat-ky}
work=$(mktemp -d)
list=$(mktemp)
trap 'rm -rf "$work" "$list"' EXIT INT TERM
# Thư mục của tệp, đúng chủ và quyền như trên máy. Thư mục cao hơn (/, /etc, /var) không có trong gói: giải nén ở /
# không đổi gì của chúng.
folder() {
  mkdir -p "$work$1"
  chown --reference="$1" "$work$1" && chmod --reference="$1" "$work$1"
  [ -L "$1" ] || echo ".$1" >>"$list"
}
keep() {
  [ -f "$1" ] || return 0
  folder "$(dirname "$1")"
  cp -p "$1" "$work$1"
}
if [ "${2:-}" = --copy ]; then
  folder "$state/var"
  cp -a "$state/var/." "$work$state/var/" && rm -f "$work$state"/var/*.lock
fi
keep "$settings"
case $(dirname "$settings") in
  # Thư mục riêng: tệp mật khẩu, chứng thư, liên kết màn hình nằm cạnh tệp cài đặt.
  */motcua) for file in "$(dirname "$settings")"/*; do keep "$file"; done ;;
esac
keep "$(dirname "$accounts")/thu-da-gui.json"
for file in "$seen"/*; do keep "$file"; done
# Danh sách số đã cấp chép trước sổ phiếu: số nào có trong đó thì phiếu đã ở trong sổ.
keep "${issued%.*}.cap-so.txt"
for file in "$accounts" "$issued"; do
  [ -f "$file" ] || continue
  # Chép qua SQLite: tệp đang được ghi vẫn chép trọn vẹn.
  folder "$(dirname "$file")"
  rm -f "$work$file"
  python3 -c 'import sqlite3, sys; a, b = map(sqlite3.connect, sys.argv[1:]); a.backup(b); b.close()' \
    "$file" "$work$file"
  chown --reference="$file" "$work$file" && chmod --reference="$file" "$work$file"
done
(
  cd "$work"
  find . -type f
  [ ! -d ".$state/var" ] || find ".$state/var" -mindepth 1 -type d
) >>"$list"
mkdir -p "$into"
file="$into/motcua-$(date +%Y%m%d-%H%M%S).tar.gz"
sort -u "$list" | tar -czf "$file" -C "$work" --no-recursion --files-from=-
echo "$file"
