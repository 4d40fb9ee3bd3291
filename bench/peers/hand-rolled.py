# The same as hand-rolled.pl, in Python: a script that pipe(8) starts for each mail, with its standard library only.
import email
import email.policy
import re
import sqlite3
import sys

mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
part = mail.get_body(preferencelist=("plain",))
text = re.sub(r"\r?\n-- \r?\n.*", "", part.get_content(), flags=re.S) if part else ""
numbers = str(mail["Subject"]).partition(":")[2]
try:
    db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    order = db.execute("INSERT INTO orders (message_id, text) VALUES (?, ?)", (str(mail["Message-ID"]), text)).lastrowid
    db.executemany("INSERT INTO messages (order_id, number) VALUES (?, ?)", [(order, one) for one in numbers.split("-")])
    db.execute("COMMIT")
except sqlite3.Error:
    sys.exit(75)
