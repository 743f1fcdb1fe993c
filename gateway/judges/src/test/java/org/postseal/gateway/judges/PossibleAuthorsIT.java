package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.PossibleAuthors;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.Author;

/** Whom programs show as the author, and whom the gateway takes into account for a demand by sender. */
class PossibleAuthorsIT {
    private static final List<String> FIELDS = List.of(
            "alice@example.com",
            "Alice <alice@example.com>",
            "\"Alice, A. (CEO)\" <alice@example.com>, x@y.example",
            "Alice @ Vienna <alice@example.com>",
            "=?utf-8?q?Alice?= <alice@example.com>",
            "<\r\nX-Broken linealice@example.com",
            "@ Vienna <alice@example.com>",
            "alice@example.com (Alice), Bob <x@y.example>",
            "of..fice@example.com <x@y.example>",
            "Office <office@x_y.example.com>, x@y.example",
            "Smith, Alice <alice@example.com>",
            "\"office@example.com\" <x@y.example>, Bob <bob@y.example>",
            "Alice Smith <alice.smith@mail-1.example.com>, x@y.example",
            "=?utf-8?q?J=C3=BCrgen?= <alice@example.com>, Bob <x@y.example>",
            "\"Smith, Alice\" <alice@example.com>");

    private static final List<String> NOISE = List.of(
            " ",
            "\t",
            "\r\n ",
            "(x)",
            "(a(b)c)",
            "()",
            "\"",
            "\"\"",
            "\\",
            "<",
            ">",
            ",",
            ";",
            ":",
            "[",
            "]",
            "(",
            ")",
            "=?utf-8?q??=",
            "=?utf-8?q?",
            "?=",
            ".",
            "..",
            "_",
            "-",
            "'",
            "`",
            "\u00a0",
            "\u00ad",
            "\u200b",
            "\\)",
            "(\\))",
            "=",
            "%",
            "|",
            "@",
            "<>",
            "=40",
            "<alice>",
            "x@y.example",
            "&",
            "#",
            "\r\nX-Broken line",
            "\r\nFrom: ");

    static List<Long> seeds() {
        return List.of(20261130L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nobodyElseIsShownWhereTheFieldHidesNobody(long seed) throws Exception {
        List<String> fields = fields(new Random(seed));
        List<byte[]> messages = fields.stream().map(PossibleAuthorsIT::message).toList();
        List<String> missed = new ArrayList<>();
        int claimed = 0;
        try (Judges judges = new Judges()) {
            Map<String, List<Shown>> shown = judges.read(messages);
            for (int i = 0; i < messages.size(); i++) {
                Optional<Set<String>> ours = authors(messages.get(i));
                claimed += ours.isPresent() ? 1 : 0;
                for (Map.Entry<String, List<Shown>> judge : shown.entrySet()) {
                    Set<String> others = addresses(judge.getValue().get(i));
                    if (ours.isPresent() && !ours.get().containsAll(others)) {
                        missed.add(judge.getKey() + " shows " + others + ", ours " + ours.get() + ": "
                                + fields.get(i).replace("\r\n", "\\r\\n"));
                    }
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(claimed * 5).as("fields that hide nobody").isGreaterThan(fields.size());
    }

    private static List<String> fields(Random random) {
        List<String> all = new ArrayList<>(FIELDS);
        while (all.size() < 400) {
            StringBuilder text = new StringBuilder(FIELDS.get(random.nextInt(FIELDS.size())));
            int pieces = random.nextInt(3);
            for (int k = 0; k < pieces; k++) {
                text.insert(random.nextInt(text.length() + 1), NOISE.get(random.nextInt(NOISE.size())));
            }
            all.add(text.toString());
        }
        // Random fields have shown it once: Python gives what it cannot take apart as it stands.
        all.add("\"office\r\n @example.com\" <x@y.example>, Bob <bob@y.example>");
        return all;
    }

    private static byte[] message(String from) {
        return ("From: " + from + "\r\nTo: bob@partner.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain\r\n\r\nHello\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Returns everybody whom the gateway counts; empty if From may hide anybody, or the message is refused. */
    private static Optional<Set<String>> authors(byte[] message) throws IOException {
        return switch (HeaderBlock.read(RawMessage.of(message), Budget.standard())) {
            case Parsed.Refused<HeaderBlock> _ -> Optional.empty();
            case Parsed.Success<HeaderBlock>(HeaderBlock header) ->
                switch (PossibleAuthors.of(header, Budget.standard())) {
                    case Parsed.Refused<Author> _ -> Optional.empty();
                    case Parsed.Success<Author>(Author author) ->
                        Optional.of(keys(author)).filter(_ -> author.isComplete());
                };
        };
    }

    private static Set<String> keys(Author author) {
        Set<String> keys = new TreeSet<>();
        author.readings().forEach(each -> keys.add(each.key()));
        author.single().ifPresent(each -> keys.add(each.key()));
        return keys;
    }

    /**
     * Returns the addresses that a program shows. One that is none for us stands as it is, so that the gateway never
     * counts it: it must say of such a field that it may hide anybody.
     */
    private static Set<String> addresses(Shown shown) {
        return shown.authors().stream()
                .map(String::strip)
                // A name without a domain is nobody's address. Dovecot has a word for the missing one.
                .filter(author -> author.contains("@") && !author.endsWith("@MISSING_DOMAIN"))
                .flatMap(author -> MailAddress.parse(author)
                        .map(address -> Stream.of(address.key()))
                        .orElseGet(() -> inside(author)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns each address in what a program shows without taking it apart, or the whole if there is none. */
    private static Stream<String> inside(String author) {
        List<String> found = ADDRESS.matcher(author)
                .results()
                .map(match ->
                        MailAddress.parse(match.group()).map(MailAddress::key).orElse(author))
                .toList();
        return found.isEmpty() ? Stream.of(author) : found.stream();
    }

    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>\"(),;:]+@[^\\s<>\"(),;:]+");
}
