package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TemporaryHome;

/** Sends a message on as a mailing list does, with Python's email package, and finds parts of mail with Dovecot. */
final class ListMail {
    private ListMail() {}

    /** Returns the message with a footer beside its content, and attached once more as it was. */
    static SmimeMail sentOn(SmimeMail message) {
        return new SmimeMail(Command.of("/usr/bin/python3", "-c", LIST)
                .input(message.octets())
                .output());
    }

    /** Returns the body of the part with this number, as Dovecot counts parts for IMAP. */
    static String part(SmimeMail message, String number) {
        Path home = TemporaryHome.create("part");
        try {
            Path mail = home.resolve("mail");
            for (String folder : new String[] {"cur", "new", "tmp"}) {
                Files.createDirectories(mail.resolve(folder));
            }
            Files.write(mail.resolve("cur/1:2,S"), message.octets());
            Path configuration = Files.writeString(home.resolve("dovecot.conf"), """
                dovecot_config_version = 2.4.0
                dovecot_storage_version = 2.4.0
                base_dir = %1$s/run
                log_path = /dev/stderr
                ssl = no
                mail_driver = maildir
                mail_path = %1$s/mail
                mail_home = %1$s
                mail_uid = nobody
                mail_gid = nogroup
                first_valid_uid = 1
                """.formatted(home));
            // Dovecot reads no mail as root.
            Command.of("chown", "-R", "nobody:nogroup", home).output();
            String found = new String(
                    Command.of(
                                    "env",
                                    "USER=nobody",
                                    "HOME=" + home,
                                    "doveadm",
                                    "-c",
                                    configuration,
                                    "fetch",
                                    "--no-userdb-lookup",
                                    "body." + number,
                                    "mailbox",
                                    "INBOX")
                            .output(),
                    ISO_8859_1);
            return found.substring(found.indexOf('\n') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            TemporaryHome.delete(home);
        }
    }

    private static final String LIST = """
        import email, sys
        from email.message import Message
        from email.mime.message import MIMEMessage
        from email.mime.text import MIMEText
        came = email.message_from_bytes(sys.stdin.buffer.read())
        content, sent = Message(), Message()
        for name, value in came.items():
            (content if name.lower().startswith("content-") else sent)[name] = value
        content.set_payload(came.get_payload())
        content.preamble, content.epilogue = came.preamble, came.epilogue
        sent["Content-Type"] = "multipart/mixed"
        sent.set_payload([content, MIMEText("____\\nThe list\\n"), MIMEMessage(came)])
        sys.stdout.buffer.write(sent.as_bytes(policy=came.policy.clone(linesep="\\r\\n", max_line_length=0)))
        """;
}
