package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.postseal.gateway.testkit.Command;

/** Seals mail for a user of an authority of our own and verifies the user's mail, by {@code openssl cms}. */
final class OpenSslMail {
    private OpenSslMail() {}

    /** Seals a message for whom the certificate is. Its Subject can be read. */
    static byte[] sealed(Path certificate, String from, String to, String subject, String text) {
        byte[] sealed = Command.of(
                        "openssl",
                        "cms",
                        "-encrypt",
                        "-aes-256-cbc",
                        "-from",
                        from,
                        "-to",
                        to,
                        "-subject",
                        subject,
                        certificate)
                .input(("Content-Type: text/plain\r\n\r\n" + text + "\r\n").getBytes(US_ASCII))
                .output();
        return new String(sealed, US_ASCII).replaceAll("\r?\n", "\r\n").getBytes(US_ASCII);
    }

    /** Requires a good signature by somebody whose authority has this root. */
    static void verified(byte[] message, Path root) {
        Command.Result result = Command.of("openssl", "cms", "-verify", "-CAfile", root)
                .input(message)
                .run();
        assertThat(result).as(new String(message, UTF_8)).matches(Command.Result::isSuccess);
    }
}
