# Prints the Python to make .venv with: 3.11 or later, else one clear line on standard error.
for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -I -S -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
echo "Assidu needs Python 3.11 or later, and there is none on PATH: install it, then run this again." >&2
exit 1
