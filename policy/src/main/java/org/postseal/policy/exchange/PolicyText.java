package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.settings.SmimeParameter;

/** Writes the YAML of an imported policy. Used once. */
final class PolicyText {
    private final StringBuilder body = new StringBuilder();
    private final List<String> remarks = new ArrayList<>();
    private final Map<SmimeParameter, String> smime;

    PolicyText(List<String> internal, Map<String, MobilePolicy> policies, Map<SmimeParameter, String> smime) {
        this.smime = smime;
        body.append("version: 1\ninternal: [")
                .append(String.join(
                        ", ", internal.stream().map(PolicyText::quoted).toList()))
                .append("]\n");
        if (!policies.isEmpty()) {
            body.append("mailboxPolicies:\n");
            policies.forEach((name, policy) -> policy(name, policy, policies));
        }
        if (!smime.isEmpty()) {
            body.append("smime:\n");
            smime.forEach((parameter, value) -> body.append("  ")
                    .append(parameter.parameter())
                    .append(": ")
                    .append(isText(parameter) ? quoted(value) : value)
                    .append('\n'));
        }
        body.append("rules:\n  - { id: everything, when: always, then: mailboxPolicy }\n");
    }

    /** Returns the YAML from {@code version} to {@code rules}. */
    String body() {
        return body.toString();
    }

    /** Returns what could not be written as it was. */
    List<String> remarks() {
        return remarks;
    }

    private void policy(String name, MobilePolicy policy, Map<String, MobilePolicy> policies) {
        body.append("  ").append(name).append(":\n");
        if (!name.equals(DEFAULT)) {
            body.append("    # appliesTo: [user@example.com, group:NAME]\n");
        }
        policy.values().forEach((parameter, value) -> {
            if (isOverruled(parameter, value)) {
                remarks.add("mailbox policy " + name + ": " + parameter.word() + ": false is left out, as "
                        + above(parameter).map(SmimeParameter::parameter).orElse("") + " requires it of everybody");
            } else {
                body.append("    ")
                        .append(parameter.word())
                        .append(": ")
                        .append(value)
                        .append('\n');
            }
        });
        body.append("    enforcement: minimum\n");
        if (name.equals(DEFAULT)) {
            mayWeaken(policy, policies.values());
        }
    }

    // In Exchange the other policies do not build on the default policy: they may ask for less than it does.
    private void mayWeaken(MobilePolicy standard, Collection<MobilePolicy> all) {
        List<String> weakened = standard.values().keySet().stream()
                .filter(parameter ->
                        parameter.addsUp() && all.stream().anyMatch(other -> isWeaker(parameter, other, standard)))
                .map(MobileParameter::word)
                .toList();
        if (!weakened.isEmpty()) {
            body.append("    mayWeaken: [").append(String.join(", ", weakened)).append("]\n");
            remarks.add("the default policy lets others weaken " + String.join(", ", weakened)
                    + ", since another policy of Exchange asks for less");
        }
    }

    private boolean isWeaker(MobileParameter parameter, MobilePolicy other, MobilePolicy standard) {
        String mine = standard.values().get(parameter);
        String theirs = other.values().get(parameter);
        return mine != null
                && theirs != null
                && !isOverruled(parameter, theirs)
                && parameter.strength(theirs) < parameter.strength(mine);
    }

    private boolean isOverruled(MobileParameter parameter, String value) {
        return value.equals("false")
                && above(parameter)
                        .filter(found -> "true".equals(smime.get(found)))
                        .isPresent();
    }

    private static Optional<SmimeParameter> above(MobileParameter parameter) {
        return switch (parameter) {
            case MESSAGES_SIGNED -> Optional.of(SmimeParameter.ALWAYS_SIGN);
            case MESSAGES_ENCRYPTED -> Optional.of(SmimeParameter.ALWAYS_ENCRYPT);
            case NEGOTIATION, SOFT_CERTIFICATES, ENCRYPTION_ALGORITHM, SIGNED_ALGORITHM -> Optional.empty();
        };
    }

    private static boolean isText(SmimeParameter parameter) {
        return switch (parameter.type()) {
            case CIPHERS, DIGESTS, ATTRIBUTES, STORE, TEXT -> true;
            case BOOLEAN, FORKING, FORKS, MILLISECONDS -> false;
        };
    }

    /**
     * Turns a name of Exchange into one of ours: 1 to 64 letters, digits, dots, hyphens and underscores, of which the
     * first is a letter or digit.
     */
    static String fit(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String bounded =
                plain.substring(0, Math.min(plain.length(), LONGEST_NAME)).replaceAll("-+$", "");
        return bounded.isEmpty() ? "policy" : bounded;
    }

    // YAML reads escapes in double quotes, so this writes everything outside plain ASCII text as an escape.
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** The comment at the top, one line per entry. */
    static final class Head {
        private final StringBuilder text = new StringBuilder();

        void line(String line) {
            text.append("# ");
            // YAML allows no undefined code points, not even in comments (YAML 1.2 §5.1).
            line.codePoints().map(c -> Character.isDefined(c) ? c : '?').forEach(text::appendCodePoint);
            text.append('\n');
        }

        void item(String line) {
            line("- " + line);
        }

        void list(String title, List<String> items) {
            if (!items.isEmpty()) {
                line(title);
                items.forEach(this::item);
            }
        }

        void names(String title, Collection<String> names) {
            if (names.isEmpty()) {
                return;
            }
            line(title);
            StringBuilder row = new StringBuilder();
            for (String name : names) {
                if (!row.isEmpty() && row.length() + name.length() > WIDTH) {
                    line("  " + row.append(','));
                    row.setLength(0);
                }
                row.append(row.isEmpty() ? "" : ", ").append(name);
            }
            line("  " + row);
        }

        String text() {
            return text.toString();
        }
    }

    private static final String DEFAULT = "default";
    private static final int LONGEST_NAME = 64;
    private static final int WIDTH = 120;
}
