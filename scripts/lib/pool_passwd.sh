# Entries of pool_passwd; sourced by pg_md5 and pg_enc.

# pool_passwd_entry FILE USER STORED: the user's line, in place of one that is there. All or nothing.
pool_passwd_entry() {
  local file=$1 user=$2 stored=$3 kept temporary
  [ -e "$file" ] || (umask 077 && : >"$file")
  # 1: no other line. More: it could not be read, and must not be replaced by this line alone.
  kept=$(grep -v "^$(printf '%s' "$user" | sed 's/[][\.*^$]/\\&/g'):" "$file") || [ $? = 1 ] || return 1
  temporary=$(mktemp "$file.XXXXXX")
  chmod --reference="$file" "$temporary"
  chown --reference="$file" "$temporary" 2>/dev/null || true # only root may give files away
  { [ -z "$kept" ] || printf '%s\n' "$kept"; printf '%s:%s\n' "$user" "$stored"; } >"$temporary"
  mv "$temporary" "$file"
}
