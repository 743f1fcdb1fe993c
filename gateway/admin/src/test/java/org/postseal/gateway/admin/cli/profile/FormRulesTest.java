package org.postseal.gateway.admin.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests the form that the energy market demands: each message differs in one thing from one that is as it should be. */
class FormRulesTest {
    private static final String FILE = "UTILMD_9900000000001_9900000000002_20251001_A1.txt";
    private static final String ATTACHMENT = """
            Content-Type: application/octet-stream; name="%1$s"
            Content-Disposition: attachment;
             filename="%1$s"
            Content-Transfer-Encoding: base64

            VU5BOisuPyAn
            """.formatted(FILE);
    private static final String BODY = """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            --b
            %s--b--
            """.formatted(ATTACHMENT);
    private static final String GOOD = """
            From: edi@ours.example
            To: "Market Communication" <edi@partner.example>
            Subject: %s
            MIME-Version: 1.0
            %s""".formatted(FILE, BODY);

    @TempDir
    private Path folder;

    private GatewayFolder gateway;

    @BeforeEach
    void gateway() throws IOException {
        gateway = new GatewayFolder(folder);
    }

    private int check(String message, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("message.eml"), message);
        String[] words = {"profile", "check", "edi-energy-2025", "--message", file.toString()};
        return gateway.run(Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new));
    }

    /** Returns each change of the good message: what is taken away, what is put there, and the rule that it breaks. */
    private static Stream<Arguments> changes() {
        String to = "To must have one address, and no other text";
        String names = "the attachment must have one file name, which all mail programs read alike";
        String subject = "Subject must be the name of the file, " + FILE + ", and is ";
        return Stream.of(
                Arguments.of("as it is", "", "", ""),
                Arguments.of("the text as HTML", "text/plain", "text/html", ""),
                Arguments.of("a single part", BODY, ATTACHMENT, ""),
                Arguments.of("a compressed file", FILE + "\"", FILE + ".gz\"", ""),
                Arguments.of("clear-signed", BODY, SIGNED, ""),
                Arguments.of("two recipients", "partner.example>", "partner.example>, b@c.example", to),
                Arguments.of("a group", "\"Market Communication\" <edi@partner.example>", "all: a@b.example;", to),
                Arguments.of("no recipient", "To: ", "X-To: ", to),
                Arguments.of(
                        "a copy",
                        "MIME",
                        "Cc: b@c.example\nMIME",
                        "Cc must not be there, since one message is for one recipient"),
                Arguments.of(
                        "a blind copy",
                        "MIME",
                        "Bcc: b@c.example\nMIME",
                        "Bcc must not be there, since one message is for one recipient"),
                Arguments.of(
                        "no attachment", "--b\n" + ATTACHMENT, "", "there must be one attachment, and there are 0"),
                Arguments.of(
                        "two attachments",
                        "--b--",
                        "--b\nContent-Type: image/png\n\nx\n--b--",
                        "there must be one attachment, and there are 2"),
                Arguments.of(
                        "an attached text",
                        "text/plain",
                        "text/plain\nContent-Disposition: attachment",
                        "there must be one attachment, and there are 2"),
                Arguments.of("no file name", "ame=\"" + FILE + "\"", "o=x", names),
                Arguments.of("two file names", "; name=\"", "; name=\"2", names),
                Arguments.of("another Subject", "Subject: ", "Subject: Re: ", subject + "Re: " + FILE),
                Arguments.of("no extension", ".txt\nMIME", "\nMIME", subject + FILE.replace(".txt", "")),
                Arguments.of("no Subject", "Subject: ", "X-Subject: ", subject + UNREAD),
                Arguments.of("two Subjects", "MIME", "Subject: x\nMIME", subject + UNREAD));
    }

    private static final String UNREAD = "not there, or not read alike by all programs";

    private static final String SIGNED = """
            Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=s

            --s
            %s
            --s
            Content-Type: application/pkcs7-signature; name=smime.p7s

            MIIB
            --s--
            """.formatted(BODY);

    @ParameterizedTest
    @MethodSource("changes")
    void eachRuleIsKeptOrNamed(String what, String taken, String put, String broken) throws IOException {
        assertThat(GOOD).contains(taken);
        int exitCode = check(GOOD.replace(taken, put));
        assertThat(gateway.lines())
                .as(what + " " + gateway.err())
                .containsExactly(broken.isEmpty() ? "ok: " + folder.resolve("message.eml") : broken);
        assertThat(exitCode).isEqualTo(broken.isEmpty() ? ExitCode.OK : ExitCode.REFUSED);
    }

    @Test
    void allThatIsBrokenIsSaidAtOnceForScripts() throws IOException {
        assertThat(check(GOOD.replace("To: ", "Cc: ").replace("Subject: ", "Subject: x"), "--json"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.out()).isEqualTo("""
                {
                  "profile": "edi-energy-2025",
                  "message": "%1$s",
                  "broken": [
                    "To must have one address, and no other text",
                    "Cc must not be there, since one message is for one recipient",
                    "Subject must be the name of the file, %2$s, and is x%2$s"
                  ]
                }
                """.formatted(folder.resolve("message.eml"), FILE));
    }

    @Test
    void whatCannotBeSeenIsRefused() throws IOException {
        assertThat(check("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB\n"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err().lines())
                .containsExactly(
                        "error: " + folder.resolve("message.eml") + ": its parts are inside signed or encrypted data",
                        "hint: give the message as it reaches the gateway, in clear");
        Path missing = folder.resolve("missing.eml");
        assertThat(gateway.run("profile", "check", "edi-energy-2025", "--message", missing.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.err()).startsWith("error: " + missing + " cannot be read: ");
    }

    @Test
    void otherProfilesHaveNoRulesAboutTheForm() {
        assertThat(gateway.run("profile", "check", "cnsa-2", "--message", "x.eml"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(gateway.err().lines())
                .containsExactly(
                        "error: of the profiles, only edi-energy-2025 has rules about the form of a message",
                        "hint: postseal help profile check");
    }
}
