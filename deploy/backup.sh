#!/bin/sh
# Sao lưu cài đặt, tài khoản, sổ phiếu và thư đã gửi (và bản sao làm việc, nếu nêu --copy) vào một tệp. Chạy bằng root, mỗi đêm:
#     backup.sh THƯ_MỤC_ĐÍCH [--copy]
# Khôi phục: systemctl stop motcua; tar -xzf TỆP -C /; systemctl start motcua; motcua doctor.
set -eu
umask 077
into=${1:?thư mục đích}
settings=${MOTCUA_CONFIG:-/etc/motcua/motcua.toml}
state=${MOTCUA_STATE:-/var/lib/motcua}
accounts=${MOTCUA_ACCOUNTS_FILE:-$state/var/tai-khoan.sqlite}
issued=${MOTCUA_ISSUED_FILE:-$state/var/so-phieu.sqlite}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
keep() { mkdir -p "$work$(dirname "$1")" && cp -p "$1" "$work$1"; }
[ ! -f "$settings" ] || keep "$settings"
told=$(dirname "$accounts")/thu-da-gui.json
[ ! -f "$told" ] || keep "$told"
# Danh sách số đã cấp chép trước sổ phiếu: số nào có trong đó thì phiếu đã ở trong sổ.
given="${issued%.*}.cap-so.txt"
[ ! -f "$given" ] || keep "$given"
if [ "${2:-}" = --copy ]; then
  mkdir -p "$work$state" && cp -a "$state/var" "$work$state/" && rm -f "$work$state"/var/*.lock
fi
for file in "$accounts" "$issued"; do
  [ -f "$file" ] || continue
  # Chép qua SQLite: tệp đang được ghi vẫn chép trọn vẹn.
  mkdir -p "$work$(dirname "$file")"
  rm -f "$work$file"
  python3 -c 'import sqlite3, sys; a, b = map(sqlite3.connect, sys.argv[1:]); a.backup(b); b.close()' \
    "$file" "$work$file"
  chown --reference="$file" "$work$file" && chmod --reference="$file" "$work$file"
done
mkdir -p "$into"
file="$into/motcua-$(date +%Y%m%d-%H%M%S).tar.gz"
tar -czf "$file" -C "$work" .
echo "$file"
