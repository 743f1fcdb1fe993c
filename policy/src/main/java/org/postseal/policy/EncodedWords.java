package org.postseal.policy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.policy.EncodedWord.Found;

/**
 * Texts of header fields as people see them. Encoded words (RFC 2047) are decoded, also where they are malformed;
 * programs differ in what they make of those, and so a text may have several
 * readings. One that is well-formed has one.
 */
public final class EncodedWords {
    private EncodedWords() {}

    /**
     * What programs may show.
     *
     * @param texts the most likely one first
     * @param isComplete false where some program may show another text: it knows a charset that we do not, or there are
     * too many ways to read it
     */
    public record Readings(List<String> texts, boolean isComplete) {
        public Readings {
            texts = List.copyOf(texts);
        }
    }

    /** The most likely reading. White space between two encoded words goes (RFC 2047 §6.2). */
    public static String decode(String body) {
        if (!body.contains("=?")) {
            return body;
        }
        String octets = octets(body, StandardCharsets.UTF_8);
        return read(octets, EncodedWord.findIn(octets).words(), Style.USUAL);
    }

    /** Returns all texts that programs may show. */
    public static Readings readings(String body) {
        Set<String> texts = new LinkedHashSet<>();
        boolean isComplete = true;
        if (body.contains("=?")) {
            isComplete = add(octets(body, StandardCharsets.UTF_8), texts);
            if (body.chars().allMatch(c -> c < 256)) {
                isComplete &= add(octets(body, StandardCharsets.ISO_8859_1), texts);
            }
        } else {
            texts.addAll(inEightBit(body));
        }
        for (String text : List.copyOf(texts)) {
            texts.add(shown(text));
        }
        return new Readings(List.copyOf(texts), isComplete);
    }

    private static boolean add(String body, Set<String> texts) {
        Found found = EncodedWord.findIn(body);
        List<EncodedWord> words = found.words();
        texts.add(read(body, words, Style.USUAL));
        boolean isRegular = words.stream()
                .allMatch(word -> word.isRegular(body)
                        && word.charset().isRegular(word.octets(Base64Octets.Reading.ENDS_AT_PADDING, false)));
        if (isRegular) {
            return !found.isOpen();
        }
        texts.add(outside(body, WordCharset.Reading.AS_NAMED));
        if (body.length() > LONGEST) {
            return false;
        }
        boolean isComplete = addAll(body, words, texts);
        List<EncodedWord> innermost = EncodedWord.findInnermostIn(body).words();
        if (!innermost.equals(words)) {
            isComplete &= addAll(body, innermost, texts);
        }
        return isComplete && !found.isOpen();
    }

    private static boolean addAll(String body, List<EncodedWord> words, Set<String> texts) {
        for (Style style : styles(words)) {
            if (texts.size() > MOST) {
                return false;
            }
            texts.add(read(body, words, style));
        }
        return words.stream().allMatch(word -> word.charset().isKnown());
    }

    /** How a program reads. */
    private record Style(Blanks blanks, Joining joining, Base64Octets.Reading base64, WordCharset.Reading charset) {
        static final Style USUAL = new Style(
                Blanks.GO, Joining.OF_OCTETS, Base64Octets.Reading.ENDS_AT_PADDING, WordCharset.Reading.AS_NAMED);
    }

    /** What becomes of white space between encoded words. */
    private enum Blanks {
        GO,
        STAY,
        /** A blank is added between a word and what stands beside it, also where there is none. */
        ARE_ADDED,
        /** The blanks within a word go, too. */
        GO_EVERYWHERE
    }

    /**
     * What is decoded together of encoded words side by side: programs split characters between them, against RFC 2047
     * §5.
     */
    private enum Joining {
        OF_OCTETS,
        NONE,
        /** The encoded texts are joined before they are decoded, where encoding and charset are the same. */
        OF_TEXTS,
        /** All are joined, and the first one says how they are decoded. */
        OF_ALL_TEXTS
    }

    private static List<Style> styles(List<EncodedWord> words) {
        boolean isOdd = words.stream().anyMatch(word -> word.isBase64() && !Base64Octets.isRegular(word.encoded()));
        List<Style> styles = new ArrayList<>();
        for (Blanks blanks : Blanks.values()) {
            for (Joining joining : words.size() > 1 ? Joining.values() : ONE_WORD) {
                for (Base64Octets.Reading base64 : isOdd ? Base64Octets.Reading.values() : REGULAR) {
                    for (WordCharset.Reading charset : WordCharset.Reading.values()) {
                        styles.add(new Style(blanks, joining, base64, charset));
                    }
                }
            }
        }
        return styles;
    }

    private static String read(String body, List<EncodedWord> words, Style style) {
        StringBuilder text = new StringBuilder(body.length());
        int at = 0;
        for (int i = 0; i < words.size(); ) {
            EncodedWord word = words.get(i);
            String between = body.substring(at, word.start());
            boolean goes = at > 0 && between.isBlank() && style.blanks != Blanks.STAY;
            text.append(goes ? "" : outside(between, style.charset));
            addBlank(text, !goes && style.blanks == Blanks.ARE_ADDED);
            int next = i + 1;
            while (next < words.size() && style.joining != Joining.NONE && joins(body, words, next, style)) {
                next++;
            }
            text.append(decode(words.subList(i, next), style));
            at = words.get(next - 1).end();
            i = next;
            addBlank(text, style.blanks == Blanks.ARE_ADDED);
        }
        return text.append(outside(body.substring(at), style.charset)).toString();
    }

    /** The octets of a text, each as a character: a header field need not be ASCII. */
    private static String octets(String body, Charset charset) {
        return new String(body.getBytes(charset), StandardCharsets.ISO_8859_1);
    }

    /** What stands around encoded words. */
    private static String outside(String octets, WordCharset.Reading reading) {
        if (octets.chars().allMatch(c -> c < 128)) {
            return octets;
        }
        byte[] raw = octets.getBytes(StandardCharsets.ISO_8859_1);
        boolean isReplaced = reading == WordCharset.Reading.AS_UTF_8;
        return WordCharset.strictly(raw, StandardCharsets.UTF_8)
                .orElseGet(() -> new String(raw, isReplaced ? StandardCharsets.UTF_8 : WordCharset.WINDOWS));
    }

    private static void addBlank(StringBuilder text, boolean isAdded) {
        if (isAdded && !text.isEmpty() && text.charAt(text.length() - 1) > ' ') {
            text.append(' ');
        }
    }

    private static boolean joins(String body, List<EncodedWord> words, int next, Style style) {
        EncodedWord word = words.get(next);
        EncodedWord before = words.get(next - 1);
        String between = body.substring(before.end(), word.start());
        return between.isBlank()
                && (between.isEmpty() || style.blanks != Blanks.STAY)
                && (style.joining != Joining.OF_TEXTS || word.isBase64() == before.isBase64())
                && (style.joining == Joining.OF_ALL_TEXTS || word.charset().equals(before.charset()));
    }

    private static String decode(List<EncodedWord> words, Style style) {
        EncodedWord first = words.getFirst();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        boolean skipsBlanks = style.blanks == Blanks.GO_EVERYWHERE;
        if (style.joining == Joining.OF_OCTETS || words.size() == 1) {
            words.forEach(word -> octets.writeBytes(word.octets(style.base64, skipsBlanks)));
        } else {
            String encoded = words.stream().map(EncodedWord::encoded).collect(Collectors.joining());
            octets.writeBytes(new EncodedWord(0, 0, "", first.charset(), first.isBase64(), encoded)
                    .octets(style.base64, skipsBlanks));
        }
        return first.charset().decode(octets.toByteArray(), style.charset);
    }

    /** Octets beyond ASCII without any encoding: of fields that are no UTF-8 each octet is one character here. */
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

    /** Writes the text as it looks: white space as one blank, letters composed, nothing that cannot be seen. */
    private static String shown(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 127) && !text.contains("  ")) {
            return text;
        }
        String visible = INVISIBLE.matcher(BLANKS.matcher(text).replaceAll(" ")).replaceAll("");
        return Normalizer.normalize(MANY_MARKS.matcher(visible).replaceAll("$1"), Normalizer.Form.NFC);
    }

    private static final Joining[] ONE_WORD = {Joining.NONE};
    private static final Base64Octets.Reading[] REGULAR = {Base64Octets.Reading.ENDS_AT_PADDING};
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\x{FE00}-\\x{FE0F}\\x{34F}]");
    // to put marks in their order takes the square of their number; no letter has so many
    private static final Pattern MANY_MARKS = Pattern.compile("(\\p{M}{30})\\p{M}++");
    private static final char REPLACEMENT = '\uFFFD';
    // beyond that what malformed words are read as is told as unknown, so that nobody can make us work for long
    private static final int LONGEST = 4_096;
    private static final int MOST = 256;
}
