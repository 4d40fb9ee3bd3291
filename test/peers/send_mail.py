"""Sends one mail as Python programs do: EmailMessage and smtplib.

Arguments: port, sender, recipient, subject ('' for none), body, and how: 'plain', or the file of a certificate
for STARTTLS. The mail is given to the server as the standard library makes it.
"""

import smtplib
import ssl
import sys
from email.message import EmailMessage

port, sender, recipient, subject, body, how = sys.argv[1:]

message = EmailMessage()
message["From"] = sender
message["To"] = recipient
if subject:
    message["Subject"] = subject
message.set_content(body, charset="utf-8")

with smtplib.SMTP("localhost", int(port)) as server:
    if how != "plain":
        server.starttls(context=ssl.create_default_context(cafile=how))
    server.send_message(message)
