package org.postseal.policy.header;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells which header fields of a message repeat its Subject, and so must not stay outside if the Subject is hidden. If
 * there are too many ways to read the Subject or a field, the field counts as a repetition. Not thread-safe.
 */
public final class SubjectFields {
    private final FieldReader reader;
    private final Set<String> subjects;
    private final Set<String> letters;
    private final boolean isAny;

    private SubjectFields(FieldReader reader, Set<String> subjects, Set<String> letters, boolean isAny) {
        this.reader = reader;
        this.subjects = subjects;
        this.letters = letters;
        this.isAny = isAny;
    }

    /** Prepares the search for the Subject of a message whose Subject fields have these bodies. */
    public static SubjectFields of(List<String> bodies) {
        FieldReader reader = new FieldReader();
        Set<String> subjects = new HashSet<>();
        Set<String> letters = new HashSet<>();
        boolean isCut = false;
        for (String body : bodies) {
            EncodedWords.Readings readings = reader.read(body);
            isCut |= readings.isCut();
            for (String text : readings.texts()) {
                String subject = bare(text);
                subjects.add(start(subject));
                letters.add(start(letters(subject)));
            }
        }
        subjects.removeIf(text -> letters(text).isEmpty());
        letters.removeIf(text -> text.length() < LONG);
        return new SubjectFields(reader, subjects, letters, isCut || subjects.size() + letters.size() > MOST);
    }

    /**
     * Returns true for a field that holds a Subject by its name: Thread-Topic of Exchange and Outlook ([MS-OXCMAIL]
     * §2.1.3.2), Original-Subject (RFC 5703), fields in which filters keep a changed Subject, and Subject itself.
     */
    public static boolean isNamed(String name) {
        return NAMED.matcher(name).find();
    }

    /**
     * Returns true for a field that repeats the Subject, or the part behind its {@code Re:}, in any reading and
     * spelling.
     */
    public boolean isIn(String body) {
        if (isAny || (subjects.isEmpty() && letters.isEmpty())) {
            return isAny;
        }
        EncodedWords.Readings readings = reader.read(body);
        return readings.isCut() || readings.texts().stream().anyMatch(this::isShownIn);
    }

    private boolean isShownIn(String reading) {
        String text = normal(reading);
        String lettersIn = letters(ENCODED.matcher(text).replaceAll(""));
        return subjects.stream().anyMatch(subject -> contains(text, subject))
                || letters.stream().anyMatch(lettersIn::contains);
    }

    /** Returns true for a text that tells something; the placeholder of a hidden Subject does not. */
    public static boolean isTelling(String text) {
        return !PLACEHOLDER.matcher(text).matches();
    }

    private static String bare(String text) {
        String subject = normal(text);
        String stripped = PREFIXES.matcher(subject).replaceFirst("");
        return letters(stripped).isEmpty() ? subject : stripped;
    }

    private static String normal(String text) {
        return Letters.lower(text).replaceAll("\\s+", " ").strip();
    }

    private static boolean contains(String text, String subject) {
        for (int at = text.indexOf(subject); at >= 0; at = text.indexOf(subject, at + 1)) {
            if (subject.length() > SHORT || isWord(text, at, at + subject.length())) {
                return true;
            }
        }
        return false;
    }

    /** Short texts must be whole words, because two letters occur in half of all fields by chance. */
    private static boolean isWord(String text, int from, int to) {
        return (from == 0 || !Character.isLetterOrDigit(text.charAt(from - 1)))
                && (to == text.length() || !Character.isLetterOrDigit(text.charAt(to)));
    }

    private static String start(String text) {
        return text.substring(0, Math.min(text.length(), ENOUGH));
    }

    private static String letters(String text) {
        return NO_LETTERS.matcher(text).replaceAll("");
    }

    private static final Pattern NAMED = Pattern.compile("(?i)(?:^|[-_.])(?:subject|topic)(?:$|[-_.])");
    // This matches Re:, AW:, Fwd:, SV[2]:, 回复：. It is possessive, because a loop that may go back takes stack for each
    // of them.
    private static final Pattern PREFIXES = Pattern.compile("^(?:[^\\s:：]{1,6}(?:[\\[(]\\d+[\\])])?\\s?[:：]\\s*)++");
    private static final Pattern PLACEHOLDER = Pattern.compile("[\\s.\\[\\]…]*");
    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");
    // Octets are encoded like this in URLs and in z= of DKIM-Signature.
    private static final Pattern ENCODED = Pattern.compile("[%=][0-9a-f]{2}");
    private static final int SHORT = 3;
    private static final int LONG = 8;
    // The beginning of a Subject already gives it away, and a search for long texts in long texts takes time.
    private static final int ENOUGH = 64;
    private static final int MOST = 64;
}
