package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;

/** {@code postseal setup} behind a real Postfix, on a machine without systemd, and back. */
class SetupIT {
    private static final String ALICE = "alice@example.com";
    private static final String CAROL = "carol@example.com";
    private static final String BOB = "bob@partner.example";

    @TempDir
    private Path folder;

    private PrivatePostfix postfix;
    private @Nullable Process gateway;

    @BeforeEach
    void startPostfix() {
        Requirements.postfix();
        Requirements.programs("openssl");
        postfix = PrivatePostfix.start(new PostfixLayout("mail.example.com").mailboxes(ALICE, CAROL));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (gateway != null) {
            gateway.destroy();
            gateway.waitFor();
        }
        postfix.close();
    }

    @Test
    void fromNothingToProtectedMailAndBack() throws IOException, InterruptedException {
        byte[] main = Files.readAllBytes(postfix.etc().resolve("main.cf"));
        byte[] master = Files.readAllBytes(postfix.etc().resolve("master.cf"));
        List<Integer> ports = Await.freePorts(7);

        Map<Path, byte[]> made = killedInTheMiddle(ports);
        Command.Result first = setUp(ports);
        assertThat(first).matches(Command.Result::isSuccess);
        assertThat(said(first)).contains("start the gateway: postseal run -c " + config());
        for (Path secret : made.keySet()) {
            assertThat(Files.readAllBytes(secret)).as("%s", secret).isEqualTo(made.get(secret));
        }
        Process process = new ProcessBuilder(
                        PageShell.make(folder, config(), List.of())
                                .folder()
                                .resolve("bin/postseal")
                                .toString(),
                        "run")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        gateway = process;
        for (int port : ports.subList(0, 2)) {
            Await.listener(port, process::isAlive, this::log);
        }

        Command.Result second = setUp(ports);
        assertThat(second).as(log()).matches(Command.Result::isSuccess);
        assertThat(said(second))
                .contains(
                        "the gateway answered 250 2.",
                        "the audit log says: deliver, signed SHA256, rule among-ourselves\n");
        byte[] trial = postfix.awaitMail(ALICE, "Subject: Postseal: a trial");
        verified(trial);

        // The ports are known by now
        Command.Result third = setUp(List.of());
        assertThat(said(third)).contains("everything is there: nothing has been changed");

        postfix.sendmail(
                ALICE,
                List.of(CAROL),
                SmimeMail.message("signed-1", ALICE, CAROL, ENTITY).octets());
        verified(postfix.awaitMail(CAROL, "<signed-1@test>"));
        encryptedMailIsOpened();

        Command.Result undone =
                postseal("setup", "--undo", "--postfix", postfix.etc().toString());
        assertThat(undone).matches(Command.Result::isSuccess);
        assertThat(said(undone)).contains(folder.resolve("master.key").toString());
        assertThat(Files.readAllBytes(postfix.etc().resolve("main.cf"))).isEqualTo(main);
        assertThat(Files.readAllBytes(postfix.etc().resolve("master.cf"))).isEqualTo(master);
        assertThat(folder.resolve("master.key")).exists();
        assertThat(folder.resolve("ca/root.pem")).exists();

        // Postfix serves without the gateway again
        process.destroy();
        postfix.sendmail(
                ALICE,
                List.of(CAROL),
                SmimeMail.message("plain-1", ALICE, CAROL, ENTITY).octets());
        assertThat(new String(postfix.awaitMail(CAROL, "<plain-1@test>"), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("multipart/signed");
        lettersOutsideOfTheLocaleAreTold();
    }

    /** Kills a setup once it has made its first secret. Returns what it has made for good. */
    private Map<Path, byte[]> killedInTheMiddle(List<Integer> ports) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(PageShell.make(folder, config(), List.of())
                .folder()
                .resolve("bin/postseal")
                .toString());
        words.addAll(words(ports));
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Await.until(() -> Files.exists(folder.resolve("issuing.pass")) || !process.isAlive(), this::log);
        process.destroyForcibly().waitFor();
        Map<Path, byte[]> made = new HashMap<>();
        for (String name : List.of("master.key", "root.pass", "issuing.pass", "ca/root.pem", "ca/root.key")) {
            if (Files.exists(folder.resolve(name))) {
                made.put(folder.resolve(name), Files.readAllBytes(folder.resolve(name)));
            }
        }
        assertThat(made).isNotEmpty();
        return made;
    }

    /** Java would put question marks in their place. */
    private void lettersOutsideOfTheLocaleAreTold() throws IOException {
        Command.of(
                        "postconf",
                        "-c",
                        postfix.etc(),
                        "-e",
                        "mydestination = b\u00fccher.example",
                        "virtual_mailbox_domains =")
                .output();
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, Files.readString(policy).replace("[example.com]", "[b\u00fccher.example]"));
        Command.Result refused = PageShell.make(folder, config(), List.of())
                .run("LC_ALL=C postseal setup --yes --dry-run --authority later --postfix " + postfix.etc());
        assertThat(refused.exitStatus()).as("%s", refused).isEqualTo(ExitCode.CONFIG);
        assertThat(refused.messages()).contains("error: Postfix needs letters that this locale does not have");
    }

    private void encryptedMailIsOpened() {
        Path certificate = folder.resolve("alice.pem");
        assertThat(postseal("cert", "export", ALICE, "-o", certificate.toString()))
                .matches(Command.Result::isSuccess);
        SmtpSender.send(
                postfix.layout().inboundPort(),
                BOB,
                List.of(ALICE),
                OpenSslMail.sealed(certificate, BOB, ALICE, "sealed-1", "for alice alone"));
        assertThat(new String(
                        postfix.awaitMail(ALICE, "Subject: sealed-1"), java.nio.charset.StandardCharsets.US_ASCII))
                .contains("for alice alone");
    }

    private void verified(byte[] message) {
        OpenSslMail.verified(message, folder.resolve("ca/root.pem"));
    }

    private Command.Result setUp(List<Integer> ports) {
        return postseal(words(ports).toArray(String[]::new));
    }

    private List<String> words(List<Integer> ports) {
        List<String> names = List.of("submission", "inbound", "back", "sent-on", "users", "metrics", "console");
        List<String> words = new ArrayList<>(
                List.of("setup", "--apply", "--yes", "--postfix", postfix.etc().toString(), "--domain", "example.com"));
        words.addAll(List.of("--country", "DE", "--user", ALICE));
        for (int i = 0; i < ports.size(); i++) {
            words.add("--port=" + names.get(i) + "=" + ports.get(i));
        }
        return words;
    }

    private Command.Result postseal(String... words) {
        PageShell shell = PageShell.make(folder, config(), List.of());
        return shell.run("postseal '" + String.join("' '", words) + "'");
    }

    private Path config() {
        return folder.resolve("postseal.yaml");
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log")) + postfix.log();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String said(Command.Result result) {
        return new String(result.output(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static final String ENTITY = "Content-Type: text/plain\r\n\r\nhello\r\n";
}
