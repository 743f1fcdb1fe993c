package org.postseal.gateway.admin.cli.policy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.policy.cases.Comparison;
import org.postseal.policy.cases.Comparison.Result;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.record.FactsText;
import org.postseal.policy.record.FactsWords;

/** Compares two policies over an audit log, line by line. */
final class LogComparison {
    private final Comparison comparison;
    private final Optional<Instant> since;

    LogComparison(Comparison comparison, Optional<Instant> since) {
        this.comparison = comparison;
        this.since = since;
    }

    /** @throws CommandFailure with {@link ExitCode#INPUT_OUTPUT} when the file cannot be read */
    void run(Path log, DiffReport report) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                Optional<AuditLine> line = AuditLine.read(text);
                if (line.isEmpty()) {
                    report.addForeignLine();
                } else if (line.get().isRecipientDone() && isWanted(line.get())) {
                    compare(line.get(), report);
                }
            }
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "there is no file " + log);
        } catch (MalformedInputException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, log + " is not UTF-8 text");
        }
    }

    private boolean isWanted(AuditLine line) {
        return since.isEmpty()
                || line.first("@timestamp")
                        .flatMap(FactsWords::instant)
                        .filter(time -> !time.isBefore(since.get()))
                        .isPresent();
    }

    private void compare(AuditLine line, DiffReport report) {
        String rule = line.first("rule.id").orElse("");
        if (rule.isEmpty()) {
            report.addUndecided();
            return;
        }
        String message = line.first("email.message_id")
                .or(() -> line.first("postseal.queue_id"))
                .orElse("?");
        report.add(
                message,
                line.first("email.to.address").orElse("?"),
                line.first("@timestamp"),
                logged(line, rule).map(comparison::of).orElseGet(() -> new Result.NotTold(whyNot(line))));
    }

    private static Optional<Comparison.Logged> logged(AuditLine line, String rule) {
        Optional<MailAddress> recipient = line.first("email.to.address").flatMap(MailAddress::parse);
        Optional<Long> size = line.first("postseal.size").flatMap(LogComparison::number);
        if (line.isHashed() || line.isCut() || isReleased(line) || recipient.isEmpty() || size.isEmpty()) {
            return Optional.empty();
        }
        String path = line.first("email.sender.address").orElse("");
        Optional<MailAddress> sender = MailAddress.parse(
                path.startsWith("<") && path.endsWith(">") ? path.substring(1, path.length() - 1) : path);
        Optional<Facts> facts = FactsText.read(line.facts(), sender, recipient.get(), size.get());
        return facts.map(known -> new Comparison.Logged(
                known, line.directory(), line.first("postseal.policy.sha256").orElse(""), rule));
    }

    private static String whyNot(AuditLine line) {
        if (line.isHashed()) {
            return "the record has hashes in the place of addresses";
        }
        if (isReleased(line)) {
            return "the message was held before, and a person has released it";
        }
        return line.facts().isEmpty()
                ? "the record is of a version that kept no facts"
                : "the facts of the record are cut or of another version";
    }

    private static boolean isReleased(AuditLine line) {
        return line.first(RecordField.RELEASED_BY).isPresent();
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
