package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;

/** Finds what must not be changed without asking somebody: it is there for another purpose. Not thread-safe. */
final class PostfixConflicts {
    private final PostfixSettings settings;
    private final PostfixWish wish;
    private final List<Unsafe> found = new ArrayList<>();

    private PostfixConflicts(PostfixSettings settings, PostfixWish wish) {
        this.settings = settings;
        this.wish = wish;
    }

    static List<Unsafe> in(PostfixSettings settings, PostfixWish wish) {
        PostfixConflicts conflicts = new PostfixConflicts(settings, wish);
        conflicts.filters();
        PostfixBlocks.services(wish).forEach(conflicts::service);
        conflicts.domains();
        conflicts.aliases();
        return conflicts.found;
    }

    private void filters() {
        for (String parameter : List.of(PostfixBlocks.FILTER, "smtpd_proxy_filter")) {
            filter(parameter, "main.cf", settings.value(parameter));
            settings.services()
                    .forEach(each -> filter(
                            parameter,
                            "master.cf, " + each.label(),
                            each.overrides().getOrDefault(parameter, "")));
        }
    }

    private void filter(String parameter, String place, String value) {
        // Our own filter may still have another port
        boolean isOurs = !wish.places().ways(value).isEmpty() || value.startsWith(PostfixWish.TRANSPORT + ":");
        if (!value.isEmpty() && !isOurs) {
            add(
                    place + ": " + parameter + " leads to " + value + ", and there can be one filter",
                    "take it out, or put it behind the gateway: see docs/howto-milters.md");
        }
    }

    private void service(String label, String line) {
        String command = line.split(" ", -1)[5];
        Map<String, String> wanted = PostfixBlocks.options(line);
        for (Service present : settings.services()) {
            boolean isSame = present.label().equals(label);
            boolean differs = !present.command().equals(command)
                    || wanted.entrySet().stream()
                            .anyMatch(each -> !present.overrides()
                                    .getOrDefault(each.getKey(), each.getValue())
                                    .equals(each.getValue()));
            boolean hasPort = label.endsWith("/inet")
                    && present.type().equals("inet")
                    && present.port().equals(label.replaceAll(".*:|/inet", ""));
            if (isSame ? differs : hasPort) {
                add(
                        "master.cf has a service " + present.label() + " already, which is another one",
                        label.endsWith("/inet")
                                ? "choose another port by --port, or rename that service"
                                : "rename that service");
            }
        }
    }

    private void domains() {
        for (String word : settings.words("mydestination")) {
            if (!isOfMachine(word)
                    && Domain.parse(word).filter(wish.domains()::contains).isEmpty()) {
                boolean isTable = word.contains("/") || word.contains(":");
                add(
                        "mydestination has " + word + ", which is " + (isTable ? "a table" : "none of your domains")
                                + ": its mail would not be taken any more",
                        isTable
                                ? "write the domains themselves into mydestination"
                                : "--domain " + word + " as well, or take it out of mydestination");
            }
        }
        PostfixDomains known = PostfixDomains.of(settings);
        for (Domain domain : wish.domains()) {
            if (known.isComplete() && !known.takes(domain)) {
                add(
                        "Postfix takes no mail for " + domain + ": none of " + String.join(", ", PostfixDomains.LISTS)
                                + " names it",
                        "if its mailboxes are the accounts of this machine: postconf -e 'mydestination = " + domain
                                + "'");
            }
        }
    }

    /** Returns whether this is a name of the machine itself, to which no partner writes. */
    private boolean isOfMachine(String word) {
        return !NO_HOST.matcher(word).find()
                || word.equalsIgnoreCase(settings.value("myhostname"))
                || word.toLowerCase(Locale.ROOT).startsWith("localhost.");
    }

    /** Aliases are to be expanded before the gateway, where only addresses can be reached. */
    private void aliases() {
        for (String table : settings.words("alias_maps")) {
            Matcher file = TABLE.matcher(table);
            if (file.matches()) {
                Path text = Path.of(file.group(2));
                Path built = Path.of(text + ENDS.getOrDefault(file.group(1), ".db"));
                if (!file.group(1).equals("texthash") && Files.notExists(built)) {
                    add("alias_maps has " + table + ", and there is no " + built, "run newaliases");
                }
                commands(text);
            }
        }
    }

    private void commands(Path text) {
        try {
            int number = 0;
            for (String line :
                    Files.exists(text) ? Files.readAllLines(text, StandardCharsets.ISO_8859_1) : List.<String>of()) {
                number++;
                if (!line.startsWith("#") && NO_ADDRESS.matcher(line).find()) {
                    add(
                            text + ", line " + number + ", leads to a program, a file or a list of its own, and"
                                    + " virtual_alias_maps has addresses only",
                            "give it a transport of its own: see docs/howto-postfix.md, Lists and groups");
                }
            }
        } catch (IOException e) {
            add(text + " cannot be read: " + e.getMessage(), "see alias_maps");
        }
    }

    private void add(String what, String hint) {
        found.add(new Unsafe(true, what, hint));
    }

    private static final Pattern TABLE = Pattern.compile("(?:proxy:)?(hash|btree|lmdb|cdb|texthash):(/.+)");
    private static final Map<String, String> ENDS = Map.of("lmdb", ".lmdb", "cdb", ".cdb");
    private static final Pattern NO_HOST = Pattern.compile("[.:/]");
    private static final Pattern NO_ADDRESS = Pattern.compile("(?i)[:,\\s]\\s*\"?(\\||/|:include:)");
}
