package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Program;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Sends a message through Postfix and the gateway, and says what became of it.
 *
 * @param user who writes it and gets it
 */
record Trial(Site site, PostfixSide postfix, MailAddress user) {
    Step step() {
        return new Step(
                "a trial message from " + user + " to " + user,
                () -> Files.exists(site.places().trial()),
                this::send);
    }

    private void send() {
        String id = "setup-" + site.store().now().toEpochMilli() + "@"
                + user.domain().ascii();
        String message = """
            From: %1$s
            To: %1$s
            Subject: Postseal: a trial
            Message-ID: <%2$s>
            MIME-Version: 1.0
            Content-Type: text/plain

            postseal setup has sent this message through Postfix and the gateway.
            """.formatted(user, id);
        String main = postfix.folder().resolve("main.cf").toString();
        String address = user.toString();
        Program ran = site.machine()
                .programs()
                .apply(message, List.of(postfix.sendmail(), "-C", main, "-i", "-f", address, "--", address));
        if (!ran.isSuccess()) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "sendmail did not take the trial message: " + ran.complaint(),
                    "see Postfix's log");
        }
        AuditLine record = awaited(id);
        String reply = said(record, "postseal.reply");
        String told = "the gateway answered " + reply + "\nthe audit log says: "
                + said(record, "postseal.decision") + ", " + said(record, "postseal.protection") + ", rule "
                + said(record, "rule.id") + "\nmore of it: postseal audit show " + id;
        if (!reply.startsWith("2")) {
            throw new CommandFailure(
                    reply.startsWith("4") ? ExitCode.TRY_AGAIN : ExitCode.REFUSED,
                    "the trial message did not go through: " + told.replace("\n", "; "),
                    "see docs/troubleshooting.md; then run the same command again");
        }
        site.say(told);
        SetupFile.make(site.places().trial(), told + "\n");
    }

    private static String said(AuditLine record, String name) {
        return VisibleText.of(record.first(name).orElse("-"));
    }

    /** Returns the record as soon as there is one. */
    private AuditLine awaited(String id) {
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<AuditLine> record = site.printed(List.of("audit", "query", "--format=json", "--message", id))
                    .flatMap(said -> said.lines()
                            .map(AuditLine::read)
                            .flatMap(Optional::stream)
                            .filter(AuditLine::isRecipientDone)
                            .findFirst());
            if (record.isPresent()) {
                return record.get();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new CommandFailure(
                ExitCode.TRY_AGAIN,
                "the trial message has not come to the gateway yet",
                "see postqueue -p, and Postfix's log; then run the same command again");
    }

    private static final int TRIES = 60;
    private static final Duration PAUSE = Duration.ofMillis(500);
}
