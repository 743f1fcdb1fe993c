package org.postseal.policy.header;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.policy.header.EncodedWord.Found;

/**
 * Reads texts of header fields as people see them. It decodes encoded words (RFC 2047), even malformed ones. Programs
 * read malformed words in different ways, so such a text may have several readings; a well-formed text has one.
 */
public final class EncodedWords {
    private EncodedWords() {}

    /**
     * The texts that programs may show.
     *
     * @param texts the most likely one comes first
     * @param known whether these are all texts
     * @param tried how many characters were read in every way that programs have
     */
    public record Readings(List<String> texts, Known known, int tried) {
        public Readings {
            texts = List.copyOf(texts);
        }

        /** Returns false if some program may show another text. */
        public boolean isComplete() {
            return known == Known.ALL;
        }

        /** Returns true if some ways to read the text were left out. */
        public boolean isCut() {
            return known == Known.CUT;
        }
    }

    /** How much is known about the texts that programs may show, from most to least. */
    public enum Known {
        ALL,
        /**
         * A program may know a charset that we do not know, read malformed octets in its own way, or show letters in
         * another order.
         */
        UNLESS_CHARSET,
        /** There are more ways to read it than were tried. */
        CUT;

        private Known and(Known other) {
            return compareTo(other) > 0 ? this : other;
        }
    }

    /** Returns the most likely reading. White space between two encoded words is dropped (RFC 2047 §6.2). */
    public static String decode(String body) {
        if (!body.contains("=?")) {
            return body;
        }
        String octets = octets(body, StandardCharsets.UTF_8);
        return WordStyle.USUAL.read(octets, EncodedWord.findIn(octets).words(), new HashMap<>());
    }

    /**
     * Returns the text that every program shows; the result is empty if encoded words are malformed, or their charset
     * is not known.
     */
    public static Optional<String> wellFormed(String body) {
        if (!body.contains("=?")) {
            return Optional.of(body);
        }
        String octets = octets(body, StandardCharsets.UTF_8);
        Found found = EncodedWord.findIn(octets);
        return found.isOpen() || !isRegular(octets, found.words())
                ? Optional.empty()
                : Optional.of(WordStyle.USUAL.read(octets, found.words(), new HashMap<>()));
    }

    /**
     * Returns all texts that programs may show.
     *
     * @param most how many characters may be read in every way; a longer text that is malformed, or may be shown in
     *     another order, is read in the usual way only
     */
    public static Readings readings(String body, int most) {
        Set<String> texts = new LinkedHashSet<>();
        Known known = body.length() > SafePattern.LONGEST_TEXT ? Known.CUT : Known.ALL;
        int tried = 0;
        for (String octets : octets(body)) {
            Found found = EncodedWord.findIn(octets);
            texts.add(WordStyle.USUAL.read(octets, found.words(), new HashMap<>()));
            known = known.and(found.isOpen() ? Known.CUT : Known.ALL);
            if (isRegular(octets, found.words())) {
                continue;
            }
            texts.add(WordStyle.outside(octets, WordCharset.Reading.AS_NAMED));
            int size = Math.max(octets.length(), found.words().size() * LEAST);
            if (size > most - tried) {
                known = Known.CUT;
                break;
            }
            tried += size;
            known = known.and(addAll(octets, found.words(), texts));
        }
        if (texts.isEmpty()) {
            texts.addAll(inEightBit(body));
        }
        for (String text : List.copyOf(texts)) {
            addShown(text, texts);
            if (!VisualOrder.differs(text)) {
                continue;
            }
            if (text.length() > most - tried) {
                known = Known.CUT;
                continue;
            }
            tried += text.length();
            VisualOrder.of(text).forEach(ordered -> addShown(ordered, texts));
            known = known.and(OVERRIDES.matcher(text).find() ? Known.UNLESS_CHARSET : Known.ALL);
        }
        return new Readings(List.copyOf(texts), known, tried);
    }

    /** Returns the octets that a field with encoded words may have had. */
    private static List<String> octets(String body) {
        if (!body.contains("=?")) {
            return List.of();
        }
        String unicode = octets(body, StandardCharsets.UTF_8);
        boolean isOctets = body.chars().allMatch(c -> c < 256);
        return isOctets
                ? Stream.of(unicode, octets(body, StandardCharsets.ISO_8859_1))
                        .distinct()
                        .toList()
                : List.of(unicode);
    }

    private static boolean isRegular(String body, List<EncodedWord> words) {
        return words.stream()
                .allMatch(word -> word.isRegular(body)
                        && word.charset().isRegular(word.octets(Base64Octets.Reading.ENDS_AT_PADDING, false)));
    }

    private static Known addAll(String body, List<EncodedWord> words, Set<String> texts) {
        List<EncodedWord> innermost = EncodedWord.findInnermostIn(body).words();
        Known known = addStyles(body, words, texts);
        return innermost.equals(words) ? known : known.and(addStyles(body, innermost, texts));
    }

    private static Known addStyles(String body, List<EncodedWord> words, Set<String> texts) {
        Map<WordStyle.Run, String> decoded = new HashMap<>();
        for (WordStyle style : WordStyle.all(words)) {
            if (texts.size() > MOST) {
                return Known.CUT;
            }
            texts.add(style.read(body, words, decoded));
        }
        return words.stream().allMatch(word -> word.isKnown() && word.isRegular(body))
                ? Known.ALL
                : Known.UNLESS_CHARSET;
    }

    /** Returns the octets of a text, each as a character, because a header field need not be ASCII. */
    private static String octets(String body, Charset charset) {
        return new String(body.getBytes(charset), StandardCharsets.ISO_8859_1);
    }

    /** Reads octets beyond ASCII that have no encoding. If a field is not UTF-8, each octet is one character here. */
    private static List<String> inEightBit(String body) {
        List<String> texts = new ArrayList<>(List.of(body));
        boolean isOctets = body.chars().allMatch(c -> c < 256) && body.chars().anyMatch(c -> c > 127);
        if (isOctets) {
            byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
            if (body.chars().anyMatch(c -> c > 127 && c < 160)) {
                texts.add(new String(octets, WordCharset.WINDOWS));
            }
            String unicode = new String(octets, StandardCharsets.UTF_8);
            if (unicode.chars().anyMatch(c -> c > 127 && c != REPLACEMENT)) {
                texts.add(unicode);
            }
        }
        return texts;
    }

    private static void addShown(String text, Set<String> texts) {
        texts.add(shown(text, Normalizer.Form.NFC));
        texts.add(shown(text, Normalizer.Form.NFKC));
    }

    /** Writes the text as it looks: white space as one blank, letters composed, and nothing invisible. */
    private static String shown(String text, Normalizer.Form form) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 127) && !text.contains("  ")) {
            return text;
        }
        String visible = INVISIBLE.matcher(BLANKS.matcher(text).replaceAll(" ")).replaceAll("");
        return Normalizer.normalize(MANY_MARKS.matcher(visible).replaceAll("$1"), form);
    }

    // The pattern of Braille without dots is shown as a blank.
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\x{2800}]+");
    // After these, a program shows Latin letters from right to left, or Hebrew ones from left to right (UAX #9).
    private static final Pattern OVERRIDES = Pattern.compile("[\\x{202D}\\x{202E}]");
    // These are Unicode's Default_Ignorable_Code_Point, which Java has no name for, and all controls.
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{2065}"
                    + "\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FFA0}\\x{FFF0}-\\x{FFF8}\\x{E0000}-\\x{E0FFF}]");
    // Sorting marks takes time by the square of their number; no letter has so many.
    private static final Pattern MANY_MARKS =
            Pattern.compile("([\\p{M}\\x{FF9E}\\x{FF9F}]{30})[\\p{M}\\x{FF9E}\\x{FF9F}]++");
    private static final char REPLACEMENT = '\uFFFD';
    private static final int MOST = 256;
    // The size that a word counts for at least, because every word takes time however short it is.
    private static final int LEAST = 32;
}
