package org.postseal.gateway.e2e.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.Users;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TemporaryHome;

/** One gateway whose policy does with the messages of each {@link Mode} what the mode says, and these messages. */
final class BenchRoad implements AutoCloseable {
    private final Users users;
    private final Path messages = TemporaryHome.create("bench");
    private final int sinkPort = Await.freePorts(1).getFirst();
    // The cost of a message includes that of compressing and indexing full audit files.
    private final GatewayProcess gateway;

    private BenchRoad(KeyAlgorithm rsa) {
        users = new Users(rsa);
        gateway =
                users.gateway().javaOptions(List.of("-XX:MaxRAMPercentage=50")).auditFilesOf(16 << 20);
    }

    static BenchRoad start(KeyAlgorithm rsa) {
        return new BenchRoad(rsa).started();
    }

    /** Starts the gateway that is packed in another checkout. */
    static BenchRoad start(KeyAlgorithm rsa, Path checkout) {
        BenchRoad road = new BenchRoad(rsa);
        road.gateway.packedIn(checkout);
        return road.started();
    }

    /** Starts the gateway of this checkout with further lines of configuration. */
    static BenchRoad start(KeyAlgorithm rsa, String lines) {
        BenchRoad road = new BenchRoad(rsa);
        road.gateway.configuration(lines);
        return road.started();
    }

    private BenchRoad started() {
        gateway.startBeforeSink(Users.POLICY, sinkPort);
        return this;
    }

    LoadRun load(int sessions) {
        return new LoadRun(this, sessions);
    }

    /** Sends one message to a sink that keeps it, and checks that the mode did what it says. */
    void check(Mode mode, int sizeKb) {
        try (ScriptedNextHop sink = ScriptedNextHop.onPort(sinkPort, Script.polite())) {
            byte[] sent = Files.readAllBytes(message(mode, sizeKb));
            SmtpSender.send(port(mode), sender(mode), List.of(recipient(mode)), sent);
            SmimeMail received = new SmimeMail(sink.received().getLast().content());
            String kind = received.kind();
            String expected = switch (mode) {
                case DIRECT, RELAY, DECRYPT -> "multipart/mixed";
                case SIGN, SIGN_EC -> "multipart/signed";
                case ENCRYPT -> "application/pkcs7-mime authEnveloped-data";
                case VERIFY -> "application/pkcs7-mime signed-data";
            };
            if (!kind.equals(expected)) {
                throw new AssertionError(mode + " made " + kind + " where " + expected + " was expected\n" + log());
            }
            if (mode == Mode.VERIFY && !received.text().contains("smime=pass")) {
                throw new AssertionError("the signature was not found valid\n" + log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int sinkPort() {
        return sinkPort;
    }

    int port(Mode mode) {
        return switch (mode) {
            case DIRECT -> sinkPort;
            case RELAY, SIGN, SIGN_EC, ENCRYPT -> gateway.submissionSmtp();
            case DECRYPT, VERIFY -> gateway.inboundSmtp();
        };
    }

    String sender(Mode mode) {
        return switch (mode) {
            case DIRECT, RELAY -> Users.ALICE_RSA;
            case SIGN -> "sign.rsa@example.com";
            case SIGN_EC -> "sign.ec@example.com";
            case ENCRYPT -> "gcm.rsa@example.com";
            case DECRYPT, VERIFY -> Users.BOB_RSA;
        };
    }

    String recipient(Mode mode) {
        return mode == Mode.DECRYPT || mode == Mode.VERIFY ? Users.ALICE_RSA : Users.BOB_RSA;
    }

    /** Returns the file to send, which has about this size before encryption. */
    Path message(Mode mode, int sizeKb) {
        Path file = messages.resolve(mode + "-" + sizeKb);
        if (Files.exists(file)) {
            return file;
        }
        String entity = mixed(sizeKb);
        if (mode == Mode.DECRYPT) {
            entity = encrypted(entity, users.pki().identity(Users.ALICE_RSA));
        }
        if (mode == Mode.VERIFY) {
            Identity signer = users.pki().identity(Users.BOB_RSA);
            byte[] cms = Command.of(
                            "openssl",
                            "cms",
                            "-sign",
                            "-nodetach",
                            "-binary",
                            "-md",
                            "sha256",
                            "-outform",
                            "DER",
                            "-signer",
                            signer.certificate(),
                            "-inkey",
                            signer.key())
                    .input(entity.getBytes(ISO_8859_1))
                    .output();
            entity = SmimeMail.pkcs7Mime("signed-data", cms);
        }
        SmimeMail message = SmimeMail.message("bench", sender(mode), recipient(mode), entity);
        try {
            return Files.writeString(file, message.text(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long gatewayPid() {
        return gateway.pid();
    }

    String log() {
        return gateway.log();
    }

    String javaVersion() {
        return System.getProperty("java.runtime.version");
    }

    @Override
    public void close() {
        gateway.close();
        users.close();
        TemporaryHome.delete(messages);
    }

    /** Encrypts an entity by OpenSSL with AES-256-GCM for one reader. */
    static String encrypted(String entity, Identity reader) {
        byte[] cms = Command.of(
                        "openssl",
                        "cms",
                        "-encrypt",
                        "-binary",
                        "-outform",
                        "DER",
                        "-aes-256-gcm",
                        reader.certificate())
                .input(entity.getBytes(ISO_8859_1))
                .output();
        return SmimeMail.pkcs7Mime("authEnveloped-data", cms);
    }

    /** Makes a typical message of two kilobytes of text and an attachment. */
    static String mixed(int sizeKb) {
        String text = "The quick brown fox jumps over the lazy dog while seven gateways wait.\r\n".repeat(28);
        byte[] attachment = new byte[Math.max(0, (sizeKb * 1024 - text.length() - 500) * 57 / 78)];
        new Random(1).nextBytes(attachment);
        return "Content-Type: multipart/mixed; boundary=\"=-bench-1\"\r\n\r\n--=-bench-1\r\n" + SmimeMail.entity(text)
                + "\r\n--=-bench-1\r\nContent-Type: application/pdf; name=a.pdf\r\n"
                + "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(attachment) + "\r\n--=-bench-1--\r\n";
    }
}
