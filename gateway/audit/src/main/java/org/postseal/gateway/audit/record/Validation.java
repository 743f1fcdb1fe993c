package org.postseal.gateway.audit.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.PathEvidence;

/**
 * A verdict on a certificate as a record has it: the path, and what was known of the revocation of each certificate, by
 * SHA-256. In a record it is a list of texts, one for each answer: {@code POSITION CERTIFICATE crl|ocsp ANSWER
 * THISUPDATE NEXTUPDATE}, or {@code POSITION CERTIFICATE none WHY}. Position 0 begins another path.
 *
 * @param parts the certificates of the path, the end-entity certificate first and the trust anchor last
 */
public record Validation(List<Part> parts) {
    public Validation {
        parts = List.copyOf(parts);
    }

    /**
     * One certificate of the path.
     *
     * @param sha256 its SHA-256, 64 hexadecimal digits
     * @param answers the answers that counted
     * @param without why there is no answer
     */
    public record Part(String sha256, List<Answer> answers, Optional<String> without) {
        public Part {
            answers = List.copyOf(answers);
        }
    }

    /** A revocation list or OCSP response that counted. */
    public record Answer(PathEvidence.Kind kind, String sha256, Instant thisUpdate, Optional<Instant> nextUpdate) {}

    /** Returns the texts for a record. */
    static List<String> texts(List<PathEvidence> validations) {
        List<String> texts = new ArrayList<>();
        for (PathEvidence validation : validations) {
            int position = 0;
            for (PathEvidence.Part part : validation.parts()) {
                String start = position + " " + part.certificate().id().hex();
                part.revocation().forEach(each -> texts.add(start + text(each)));
                position++;
            }
        }
        return texts;
    }

    private static String text(PathEvidence.Revocation revocation) {
        return switch (revocation) {
            case PathEvidence.Revocation.Answered(var kind, String sha256, Instant thisUpdate, var nextUpdate) ->
                " " + kind.name().toLowerCase(Locale.ROOT) + " " + sha256 + " " + thisUpdate + " "
                        + nextUpdate.map(Instant::toString).orElse(UNKNOWN);
            case PathEvidence.Revocation.Unanswered(String why) -> " none " + why;
        };
    }

    /** Reads the texts of a record. A text of another form is left out. */
    static List<Validation> read(List<String> texts) {
        List<Validation> read = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (String text : texts) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                continue;
            }
            int position = Integer.parseInt(matcher.group("position"));
            if (position == 0 && (parts.size() > 1 || !isOf(matcher, parts))) {
                add(parts, read);
            }
            Part part = part(matcher);
            if (position == parts.size() - 1) {
                Part before = parts.removeLast();
                List<Answer> both = new ArrayList<>(before.answers());
                both.addAll(part.answers());
                parts.add(new Part(before.sha256(), both, before.without()));
            } else {
                parts.add(part);
            }
        }
        add(parts, read);
        return read;
    }

    private static boolean isOf(Matcher matcher, List<Part> parts) {
        return !parts.isEmpty() && parts.getLast().sha256().equals(matcher.group("certificate"));
    }

    private static void add(List<Part> parts, List<Validation> read) {
        if (!parts.isEmpty()) {
            read.add(new Validation(parts));
            parts.clear();
        }
    }

    private static Part part(Matcher matcher) {
        String kind = matcher.group("kind");
        Optional<Instant> thisUpdate = kind == null ? Optional.empty() : instant(matcher.group("from"));
        return thisUpdate.isEmpty()
                ? new Part(matcher.group("certificate"), List.of(), Optional.ofNullable(matcher.group("why")))
                : new Part(
                        matcher.group("certificate"),
                        List.of(new Answer(
                                PathEvidence.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                                matcher.group("answer"),
                                thisUpdate.get(),
                                instant(matcher.group("until")))),
                        Optional.empty());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }

    private static final String UNKNOWN = "-";
    private static final Pattern TEXT = Pattern.compile(
            "(?<position>[0-9]{1,3}) (?<certificate>[0-9a-f]{64}) "
                    + "(?:(?<kind>crl|ocsp) (?<answer>[0-9a-f]{64}) (?<from>\\S+) (?<until>\\S+)|none (?<why>.*))",
            Pattern.DOTALL);
}
