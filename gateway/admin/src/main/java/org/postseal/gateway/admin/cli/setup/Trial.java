package org.postseal.gateway.admin.cli.setup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;

/**
 * A message through the whole chain: Postfix, the gateway, Postfix, a mailbox.
 *
 * @param user who writes it and gets it
 */
record Trial(
        Shell shell,
        Machine machine,
        SetupCommand.Commands commands,
        SetupPlaces places,
        PostfixSide postfix,
        MailAddress user) {
    Step step() {
        return new Step("a trial message from " + user + " to " + user, () -> Files.exists(places.trial()), this::send);
    }

    private void send() {
        String id = "setup-" + shell.now().toEpochMilli() + "@" + user.domain().ascii();
        String message = """
            From: %1$s
            To: %1$s
            Subject: Postseal: a trial
            Message-ID: <%2$s>
            MIME-Version: 1.0
            Content-Type: text/plain

            postseal setup has sent this message through Postfix and the gateway.
            """.formatted(user, id);
        Machine.Ran ran = machine.programs()
                .run(
                        Map.of("MAIL_CONFIG", postfix.folder().toString()),
                        message,
                        List.of(
                                postfix.sendmail(),
                                "-C",
                                postfix.folder().resolve("main.cf").toString(),
                                "-i",
                                "-f",
                                user.toString(),
                                "--",
                                user.toString()));
        if (!ran.isSuccess()) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "sendmail did not take the trial message: " + ran.output(),
                    "see Postfix's log");
        }
        String record = awaited(id);
        shell.out().println("the audit log says of it:");
        shell.out().print(record);
        SetupFile.make(places.trial(), record);
        shell.out().println("more of it: postseal audit show " + id);
    }

    /** Returns the record as soon as there is one. */
    private String awaited(String id) {
        for (int tries = 0; tries < TRIES; tries++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
            int exitCode = commands.run(
                    new Console(
                            new ByteArrayInputStream(new byte[0]),
                            stream,
                            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)),
                    List.of(
                            "audit",
                            "query",
                            "--message",
                            id,
                            "-c",
                            places.config().toString()));
            if (exitCode == ExitCode.OK) {
                return out.toString(StandardCharsets.UTF_8);
            }
            pause();
        }
        throw new CommandFailure(
                ExitCode.TRY_AGAIN,
                "the trial message has not come to the gateway yet",
                "see postqueue -p, and Postfix's log; then run the same command again");
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.TRY_AGAIN, "interrupted");
        }
    }

    private static final int TRIES = 60;
    private static final Duration PAUSE = Duration.ofMillis(500);
}
