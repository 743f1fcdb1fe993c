package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * Writes a policy in Microsoft's names and values, and names every setting that they cannot express. It flattens the
 * levels: each policy gets the values of the policies that it extends and of {@code default}, because Exchange's
 * policies do not build on each other. Used once.
 */
public final class ExchangeExport {
    private final Problems problems;
    private final ExchangeGaps gaps;
    private final Map<String, YamlMapping> policies = new LinkedHashMap<>();

    private ExchangeExport(Problems problems, ExchangeGaps gaps) {
        this.problems = problems;
        this.gaps = gaps;
    }

    public sealed interface Result {}

    /**
     * The exported objects; the mailbox policies come first.
     *
     * @param objects each by Microsoft's names; the values are text, booleans and numbers
     * @param warnings about sections that Exchange keeps elsewhere
     */
    public record Exported(List<Map<String, Object>> objects, List<Problem> warnings) implements Result {
        /** Returns the objects as {@code Format-List} shows them. */
        public String list() {
            return ListWriter.of(objects);
        }

        /** Returns the first mailbox policy as an EASProvisionDoc of ActiveSync. */
        public String provisionDocument() {
            return ProvisionDocumentWriter.of(objects.getFirst());
        }
    }

    /** Nothing was exported, because Microsoft's values cannot express the policy, or because of another error. */
    public record Refused(List<Problem> problems) implements Result {}

    /**
     * Exports all mailbox policies and the {@code smime} section, or one mailbox policy.
     *
     * @param fileName as the admin named it, for the problems
     * @param only the name of the mailbox policy; empty for everything
     */
    public static Result of(String fileName, String yaml, Optional<String> only, ExchangeGaps gaps) {
        RuleSet.Reading reading = RuleSet.read(fileName, yaml);
        if (reading instanceof RuleSet.Broken(List<Problem> broken)) {
            return new Refused(broken);
        }
        Problems problems = new Problems(fileName);
        List<Map<String, Object>> objects = YamlReader.read(yaml, problems)
                .map(root -> new ExchangeExport(problems, gaps).run(root, only))
                .orElse(List.of());
        return problems.hasErrors() ? new Refused(problems.all()) : new Exported(objects, problems.all());
    }

    private List<Map<String, Object>> run(YamlMapping root, Optional<String> only) {
        root.mapping("mailboxPolicies")
                .ifPresent(section -> section.all()
                        .forEach((name, value) -> value.mapping().ifPresent(written -> policies.put(name, written))));
        List<Map<String, Object>> objects = new ArrayList<>();
        if (only.isPresent() && !policies.containsKey(only.get())) {
            problems.error(
                    0,
                    "mailboxPolicies",
                    "there is no '" + YamlValue.clean(only.get()) + "'" + Nearest.hint(only.get(), policies.keySet()));
            return List.of();
        }
        policies.keySet().stream()
                .filter(name -> only.isEmpty() || only.get().equals(name))
                .forEach(name -> objects.add(policy(name)));
        root.mapping("smime").ifPresent(section -> {
            if (only.isEmpty()) {
                objects.add(SmimeExport.of(section, gaps));
            } else {
                SmimeExport.missWhatIsRequired(section, gaps);
            }
        });
        root.value("rules").ifPresent(this::missRules);
        root.all().forEach((name, value) -> {
            if (ELSEWHERE.contains(name)) {
                value.warning("is left out: Exchange's policies do not hold it");
            } else if (!READ.contains(name)) {
                gaps.found(value, NO_PARAMETER);
            }
        });
        if (objects.isEmpty()) {
            problems.error(0, "", "nothing to export: no mailboxPolicies and no smime");
        }
        return objects;
    }

    private Map<String, Object> policy(String name) {
        List<String> chain = chain(name);
        chain.forEach(level -> Optional.ofNullable(policies.get(level)).ifPresent(this::missOurs));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("Name", name.equals(DEFAULT) ? "Default" : name);
        object.put("IsDefault", name.equals(DEFAULT));
        for (MobileParameter parameter : MobileParameter.values()) {
            for (String level : chain) {
                Optional.ofNullable(policies.get(level))
                        .flatMap(written -> written.value(parameter.word()))
                        .ifPresent(value -> object.put(parameter.word(), value(parameter, value)));
            }
        }
        return object;
    }

    // The levels from default down to the policy itself.
    private List<String> chain(String name) {
        List<String> chain = new ArrayList<>();
        Optional<String> next = Optional.of(name);
        while (next.isPresent() && !next.get().equals(DEFAULT)) {
            chain.addFirst(next.get());
            next = Optional.ofNullable(policies.get(next.get())).flatMap(written -> written.string("extends"));
        }
        if (policies.containsKey(DEFAULT)) {
            chain.addFirst(DEFAULT);
        }
        return chain;
    }

    private Object value(MobileParameter parameter, YamlValue written) {
        String text = written.text().orElse("");
        Optional<String> value = parameter.value(text);
        if (value.isEmpty() && said.add(written.key())) {
            String strongest = parameter.strongest();
            switch (gaps) {
                case REFUSED ->
                    written.error(
                            text + " has no value in Exchange (valid: " + String.join(", ", parameter.names()) + ")");
                case LEFT_TO_THE_GATEWAY ->
                    written.warning(text + " has no value in Exchange, which is told " + strongest
                            + ", its strongest; the gateway keeps to " + text);
            }
        }
        return parameter.isBoolean()
                ? (Object) value.equals(Optional.of("true"))
                : value.orElseGet(parameter::strongest);
    }

    private void missOurs(YamlMapping written) {
        for (String name : written.names()) {
            YamlValue value = written.value(name).orElseThrow();
            if (MobileParameter.of(name).isPresent() || name.equals("extends")) {
                continue;
            }
            if (name.equals("appliesTo")) {
                warn(value, "is left out: Exchange assigns by Set-CASMailbox -ActiveSyncMailboxPolicy");
            } else if (name.equals("mayWeaken")) {
                warn(value, "is left out: Exchange's policies do not build on each other");
            } else if (!isSaidByExchange(name, value) && said.add(value.key())) {
                gaps.found(value, NO_PARAMETER);
            }
        }
    }

    // Several policies may build on one level, so this set keeps its problems from being reported twice.
    private final Set<String> said = new HashSet<>();

    private void warn(YamlValue value, String message) {
        if (said.add(value.key())) {
            value.warning(message);
        }
    }

    private void missRules(YamlValue rules) {
        List<YamlValue> items = rules.list();
        for (YamlValue item : items) {
            boolean isLast = item.equals(items.getLast());
            Optional<YamlValue> then = item.mapping().flatMap(rule -> rule.value("then"));
            boolean isPlain = then.flatMap(YamlValue::text).equals(Optional.of("mailboxPolicy"));
            if (!isLast || !isPlain) {
                gaps.found(
                        item,
                        isLast
                                ? NO_PARAMETER + "; only then: mailboxPolicy says what Exchange does"
                                : NO_PARAMETER + ", which has no rules for S/MIME");
            }
        }
    }

    private static final String DEFAULT = "default";
    private static final String NO_PARAMETER = "has no parameter in Exchange";
    private static final Set<String> READ = Set.of("version", "internal", "mailboxPolicies", "smime", "rules");
    private static final Set<String> ELSEWHERE = Set.of("groups", "quarantine", "words", "trustedAuthservIds");

    /**
     * Tells whether a setting of ours says what Exchange does anyway: its values are a minimum, and it does not use old
     * algorithms for new messages.
     */
    private static boolean isSaidByExchange(String name, YamlValue value) {
        return switch (name) {
            case "signer" -> value.text().equals(Optional.of("own"));
            case "enforcement" -> value.text().equals(Optional.of("minimum"));
            case "allowLegacyAlgorithms", "readLegacyAlgorithms", "encryptFor" ->
                value.isList() && value.list().isEmpty();
            default -> false;
        };
    }
}
