package org.postseal.gateway.console;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.console.PolicyInView.Compiled;
import org.postseal.gateway.console.http.Page;
import org.postseal.policy.cases.ExplainedOutcome;
import org.postseal.policy.cases.SupposedDirectory;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.TriedRule;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.settings.Setting;

/**
 * Shows what the policy would decide about a message that the visitor imagines. It runs the code of {@code postseal
 * policy explain} with a certificate store that answers as the visitor supposes.
 */
public final class ExplainPage {
    private final PolicyInView policy;
    private final InstantSource clock;

    ExplainPage(PolicyInView policy, InstantSource clock) {
        this.policy = policy;
        this.clock = clock;
    }

    public record View(Fields fields, List<String> problems, Optional<String> sha256, Optional<Answer> answer) {}

    public record Fields(
            String from,
            String to,
            String origin,
            String certificate,
            String key,
            String content,
            String signature,
            String kind,
            String subject) {
        /** Returns the answers that can be supposed about the recipient's certificate. */
        public List<String> certificates() {
            return SupposedDirectory.CERTIFICATES;
        }

        /** Returns the answers that can be supposed about the sender's key. */
        public List<String> keys() {
            return SupposedDirectory.KEYS;
        }
    }

    /**
     * Holds the decision.
     *
     * @param values the decision, as labels and values
     * @param settings the settings that some level gave, each with its level
     */
    public record Answer(
            List<Entry> values,
            List<String> steps,
            List<Tried> rules,
            List<String> directory,
            List<Setting> settings) {}

    public record Tried(String id, String told, boolean isMatch) {}

    Page page(Parameters asked, Frame frame) {
        Fields fields = new Fields(
                asked.text("from"),
                asked.text("to"),
                asked.text("origin"),
                asked.value("certificate").orElse("usable"),
                asked.value("key").orElse("soft"),
                asked.value("content").orElse("clear"),
                asked.value("signature").orElse("unsigned"),
                asked.value("kind").orElse("ordinary"),
                asked.text("subject"));
        Compiled compiled = policy.now();
        List<String> problems = new ArrayList<>();
        Optional<Answer> answer = Optional.empty();
        if (compiled.rules().isEmpty()) {
            problems.add("The policy file cannot be used as it stands; the gateway goes on with the one it has.");
            compiled.problems().forEach(problem -> problems.add(problem.toString()));
        } else if (!asked.isEmpty()) {
            answer = answer(compiled.rules().get(), fields, problems);
        }
        View view = new View(fields, problems, compiled.sha256(), answer);
        return Renderer.page(
                problems.isEmpty() ? 200 : 400, output -> JteexplainGenerated.render(output, null, frame, view));
    }

    private Optional<Answer> answer(RuleSet rules, Fields fields, List<String> problems) {
        Optional<MailAddress> to = address(fields.to(), "Recipient", problems);
        boolean isNullPath = fields.from().equals("<>");
        Optional<MailAddress> from = isNullPath ? Optional.empty() : address(fields.from(), "Sender", problems);
        Optional<SupposedDirectory> directory =
                SupposedDirectory.of(Optional.of(fields.certificate()), Optional.of(fields.key()));
        if (directory.isEmpty()) {
            problems.add("Certificate, key: choose one of the list.");
        }
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        boolean maySubmit = switch (fields.origin()) {
            case "submission" -> true;
            case "inbound" -> false;
            default -> from.filter(rules::isInternal).isPresent();
        };
        Facts facts = new Facts(
                Facts.Peer.of(maySubmit),
                new Facts.Message(
                        from,
                        from,
                        fields.subject().isEmpty() ? Map.of() : Map.of("subject", List.of(fields.subject())),
                        SUPPOSED_OCTETS,
                        "text/plain",
                        kind(fields, isNullPath),
                        Set.of(),
                        clock.instant()),
                Facts.Existing.of(content(fields), signature(fields)),
                to.orElseThrow(),
                true);
        return Optional.of(shown(ExplainedOutcome.suppose(rules, facts, directory.orElseThrow())));
    }

    private static Answer shown(ExplainedOutcome explained) {
        List<Entry> values = new ArrayList<>();
        explained.outcome().values().forEach((name, value) -> values.add(new Entry(name, said(name, value))));
        return new Answer(
                values,
                explained.outcome().steps(),
                explained.why().stream()
                        .flatMap(why -> why.rules().stream())
                        .map(rule -> new Tried(
                                rule.id(), ExplainedOutcome.told(rule), rule.result() == TriedRule.Result.YES))
                        .toList(),
                explained.why().map(ExplainedOutcome.Why::directory).orElse(List.of()),
                explained.givenSettings());
    }

    /** Returns the value as a person reads it. */
    private static List<String> said(String name, String value) {
        return name.equals("reason")
                ? Stream.concat(Stream.of(InWords.title(value)), InWords.meaning(value).stream())
                        .toList()
                : List.of(value);
    }

    private static Optional<MailAddress> address(String text, String label, List<String> problems) {
        Optional<MailAddress> address = MailAddress.parse(text);
        if (address.isEmpty()) {
            problems.add(label + ": write a mail address such as alice@example.com"
                    + (label.equals("Sender") ? ", or <> for the null path" : ""));
        }
        return address;
    }

    private static Facts.Kind kind(Fields fields, boolean isNullPath) {
        if (isNullPath) {
            return Facts.Kind.NULL_SENDER;
        }
        return fields.kind().equals("autoReply") ? Facts.Kind.AUTO_REPLY : Facts.Kind.ORDINARY;
    }

    private static Facts.Content content(Fields fields) {
        return switch (fields.content()) {
            case "signed" -> Facts.Content.SIGNED;
            case "encrypted" -> Facts.Content.ENCRYPTED;
            default -> Facts.Content.CLEAR;
        };
    }

    private static Facts.Signature signature(Fields fields) {
        return switch (fields.signature()) {
            case "valid" -> Facts.Signature.VALID;
            case "invalid" -> Facts.Signature.INVALID;
            case "unverifiable" -> Facts.Signature.UNVERIFIABLE;
            default -> Facts.Signature.UNSIGNED;
        };
    }

    private static final int SUPPOSED_OCTETS = 10_000;
}
