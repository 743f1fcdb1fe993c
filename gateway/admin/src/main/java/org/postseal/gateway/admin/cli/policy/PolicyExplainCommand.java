package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.RoleConverter;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code postseal policy explain} says what is decided about one message and why, rule by rule. */
@Command(
        name = "explain",
        description = "Explain what a policy decides about one message, and why:"
                + " each rule tried, each setting, each look-up.",
        footer = {
            "",
            "The message is a case (--case FILE#NAME), or one from --from to --to: that in the file of --message,"
                    + " or a plain one.",
            "Without --policy the policy is that of the configuration, and certificates,"
                    + " keys and groups are really looked up unless the message is a case.",
            "With --policy no configuration is read; --certificate and --key then say what a look-up would find.",
            "Exit code: 0 explained, whatever is decided; 64 usage;"
                    + " 78 the policy, the case or the configuration is broken."
        })
final class PolicyExplainCommand implements Callable<Integer> {
    private final Console console;
    private final Explainer explainer;

    @Option(names = "--policy", paramLabel = "FILE", description = "the policy; default: that of the configuration")
    private @Nullable Path policy;

    @Option(names = "--case", paramLabel = "FILE#NAME", description = "a case of a file of cases")
    private @Nullable String ofCase;

    @Option(
            names = "--message",
            paramLabel = "FILE",
            description = "a message; default: a short text in clear, unsigned")
    private @Nullable Path message;

    @Option(names = "--subject", paramLabel = "TEXT", description = "the subject of the message, without --message")
    private @Nullable String subject;

    @Option(names = "--from", paramLabel = "ADDRESS", description = "reverse path of the message; <> for the null path")
    private @Nullable ReversePath from;

    @Option(names = "--to", paramLabel = "ADDRESS", description = "recipient of the message; may be repeated")
    private List<MailAddress> to = new ArrayList<>();

    @Option(
            names = "--role",
            paramLabel = "submission|inbound",
            converter = RoleConverter.class,
            description =
                    "role of the listener that the message came in on; default: submission if the sender is internal")
    private Peer.@Nullable Role role;

    @Option(
            names = "--certificate",
            paramLabel = "STATUS",
            description =
                    "with --policy: the certificates of all recipients, as in cases: usable, missing, expired ...")
    private @Nullable String certificate;

    @Option(
            names = "--key",
            paramLabel = "STATUS",
            description = "with --policy: the key of the sender, as in cases: soft, hardware, missing ...")
    private @Nullable String key;

    @Mixin
    private Options.Json json = new Options.Json();

    PolicyExplainCommand(Console console, Explainer explainer) {
        this.console = console;
        this.explainer = explainer;
    }

    @Override
    public Integer call() throws IOException {
        Explained explained = explained();
        if (json.isWanted()) {
            console.out().println(JsonText.of(explained.members()));
        } else {
            explained.lines().forEach(console.out()::println);
        }
        return ExitCode.OK;
    }

    private Explained explained() throws IOException {
        Optional<Path> ownPolicy = Optional.ofNullable(policy);
        if (ofCase != null) {
            refuse(
                    message != null || subject != null || from != null || !to.isEmpty() || role != null,
                    "--case has its own message and envelope");
            refuse(certificate != null || key != null, "--case says itself what a look-up finds");
            return explainer.ofCase(ownPolicy, ofCase);
        }
        if (from == null || to.isEmpty()) {
            throw new WrongUse("give --case FILE#NAME, or --from ADDRESS and --to ADDRESS");
        }
        if (message != null) {
            refuse(subject != null, "the message in the file has its own subject");
            return explained(
                    ownPolicy, new Explainer.Sent(message.toString(), message, from, to, Optional.ofNullable(role)));
        }
        Path imagined = Files.createTempFile("postseal-explain", ".eml");
        try {
            Files.writeString(imagined, plain(from));
            return explained(
                    ownPolicy, new Explainer.Sent("a plain message", imagined, from, to, Optional.ofNullable(role)));
        } finally {
            Files.delete(imagined);
        }
    }

    /** Returns the text of a message that nobody has written yet. */
    private String plain(ReversePath sender) {
        String written = Objects.requireNonNullElse(subject, "");
        refuse(written.chars().anyMatch(Character::isISOControl), "a subject is one line");
        return sender.mailbox().map(address -> "From: " + address + "\r\n").orElse("")
                + "To: " + to.stream().map(MailAddress::toString).collect(Collectors.joining(", "))
                + "\r\nSubject: " + written + "\r\n\r\nText.\r\n";
    }

    private Explained explained(Optional<Path> ownPolicy, Explainer.Sent sent) throws IOException {
        if (ownPolicy.isPresent()) {
            return explainer.withoutDirectory(
                    ownPolicy.get(), sent, Optional.ofNullable(certificate), Optional.ofNullable(key));
        }
        refuse(
                certificate != null || key != null,
                "--certificate and --key go with --policy; without it, certificates and keys are really looked up");
        return explainer.withDirectory(sent);
    }

    private static void refuse(boolean isWrong, String why) {
        if (isWrong) {
            throw new WrongUse(why);
        }
    }
}
