package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.gateway.admin.cli.setup.Answers.Authority;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Words;

/**
 * Finds the answers: from the command line, else from somebody at the terminal, else a default. Answers that cannot be
 * right are problems.
 */
final class Questions {
    private final SetupOptions options;
    private final Optional<UnaryOperator<String>> terminal;
    private final SetupProblems problems;

    /** @param terminal puts a question to somebody, and returns a line; empty if nobody is to be asked */
    Questions(SetupOptions options, Optional<UnaryOperator<String>> terminal, SetupProblems problems) {
        this.options = options;
        this.terminal = terminal;
        this.problems = problems;
    }

    /**
     * Returns the answers.
     *
     * @param known the domains that are likely ours
     * @param hasAuthority true if our own authority is there, so that nothing is asked about it
     */
    Answers answers(List<Domain> known, boolean hasAuthority) {
        List<Domain> domains = domains(known);
        Authority authority = Optional.ofNullable(options.authority).orElseGet(this::authority);
        boolean isOwn = authority == Authority.OWN;
        boolean isOther = authority == Authority.OTHER;
        demand(isOwn, "--user", !options.users.isEmpty(), authority);
        demand(isOther, "--keys", !options.keys.isEmpty(), authority);
        demand(isOther, "--trust", !options.trust.isEmpty(), authority);
        return new Answers(
                domains,
                authority,
                isOwn ? users(domains) : List.of(),
                settings(domains, isOwn && !hasAuthority),
                isOther ? files("--keys", "The users' PKCS #12 files", options.keys) : List.of(),
                isOther ? files("--trust", "The authority's certificates", options.trust) : List.of());
    }

    /** Returns the server behind the gateway of a machine without Postfix; null if nobody names one. */
    @Nullable
    String nextHop() {
        String host =
                asked("There is no Postfix here. The mail server that takes mail from the gateway, HOST[:PORT]", "");
        return host.isEmpty() ? null : host;
    }

    /** Returns the servers that send mail here. */
    List<String> peers() {
        List<String> peers = given(options.peers, "Addresses of the servers that send mail here", "");
        if (peers.isEmpty()) {
            problems.wrong("no server is known that sends mail here", "--peer 192.0.2.1");
        }
        return read(
                peers,
                text -> AddressRange.parse(text).map(_ -> text),
                "neither an IP address nor a network",
                "--peer 192.0.2.1");
    }

    private List<Domain> domains(List<Domain> known) {
        List<String> given = given(
                options.domains, "Your mail domains", Printable.list(known).replace(",", ""));
        if (given.isEmpty()) {
            problems.wrong("no domain of yours is known", "--domain DOMAIN");
        }
        return read(
                given,
                text -> Domain.parse(text).filter(each -> !each.isLiteral()),
                "not a domain",
                "--domain example.com");
    }

    /** Reads each of the words, and says which of them are none. */
    private <T> List<T> read(List<String> given, Function<String, Optional<T>> parse, String none, String hint) {
        List<T> read = new ArrayList<>();
        for (String text : given) {
            parse.apply(text)
                    .ifPresentOrElse(read::add, () -> problems.wrong(Printable.line(text) + " is " + none, hint));
        }
        return read.stream().distinct().toList();
    }

    private Authority authority() {
        String word = asked(
                "Users' certificates: from an authority of your own, of another one, or later (own, other, later)",
                "own");
        Words<Authority> words = Words.of(List.of(Authority.values()));
        return words.find(word).orElseGet(() -> {
            problems.wrong("the authority " + words.refusal(word), "--authority own");
            return Authority.LATER;
        });
    }

    private List<MailAddress> users(List<Domain> domains) {
        List<String> given = given(options.users, "Addresses of the first users, who get keys and certificates", "");
        List<MailAddress> users = read(given, MailAddress::parse, "not a mail address", "--user alice@example.com");
        users.stream()
                .filter(each -> !domains.contains(each.domain()))
                .forEach(each -> problems.wrong(
                        Printable.line(each.toString()) + " is in none of the domains " + Printable.list(domains),
                        "--domain " + each.domain() + ", if it is yours"));
        return users;
    }

    private CaSettings settings(List<Domain> domains, boolean isWanted) {
        String first = domains.isEmpty() ? "example.com" : domains.getFirst().ascii();
        String last = first.substring(first.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT);
        String guess = Arrays.asList(Locale.getISOCountries()).contains(last) ? last : "";
        String organization = Objects.requireNonNullElse(options.organization, "");
        String country = Objects.requireNonNullElse(options.country, "");
        if (isWanted && organization.isEmpty()) {
            organization = asked("Your organization, as certificates name it", first);
        }
        if (isWanted && country.isEmpty()) {
            country = asked("Its country, two letters", guess).toUpperCase(Locale.ROOT);
        }
        String url = Objects.requireNonNullElse(options.url, "http://pki." + first + "/");
        if (isWanted && country.isEmpty()) {
            problems.wrong("the country of your organization is not known", "--country DE");
        } else if (isWanted) {
            CaSettings.problem(organization, country, url)
                    .ifPresent(problem -> problems.wrong(problem, "see --organization, --country and --url"));
        }
        return new CaSettings(organization, country, url);
    }

    private List<String> files(String flag, String question, List<String> given) {
        List<String> files = given(given, question, "");
        for (String file : files) {
            if (!Files.isReadable(Path.of(file))) {
                problems.add(ExitCode.INPUT_OUTPUT, Printable.line(file) + " cannot be read", flag + " FILE");
            }
        }
        if (files.isEmpty()) {
            problems.wrong("another authority needs " + flag, flag + " FILE, or --authority later");
        }
        // A step may be a command of another time, and of another folder
        return files.stream()
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .toList();
    }

    private void demand(boolean fits, String flag, boolean isGiven, Authority authority) {
        if (isGiven && !fits) {
            problems.wrong(
                    flag + " does not go with --authority " + authority.name().toLowerCase(Locale.ROOT),
                    "leave one of them out");
        }
    }

    private String asked(String question, String otherwise) {
        String prompt = question + (otherwise.isEmpty() ? "" : " [" + otherwise + "]") + ": ";
        return terminal.map(ask -> ask.apply(prompt).strip())
                .filter(line -> !line.isEmpty())
                .orElse(otherwise);
    }

    private List<String> given(List<String> flag, String question, String otherwise) {
        return flag.isEmpty()
                ? Arrays.stream(asked(question, otherwise).split("[,\\s]+", -1))
                        .filter(word -> !word.isEmpty())
                        .toList()
                : flag;
    }
}
