package org.postseal.policy.header;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The way in which a program reads encoded words. */
record WordStyle(Blanks blanks, Joining joining, Base64Octets.Reading base64, WordCharset.Reading charset) {
    static final WordStyle USUAL = new WordStyle(
            Blanks.GO, Joining.OF_OCTETS, Base64Octets.Reading.ENDS_AT_PADDING, WordCharset.Reading.AS_NAMED);

    /** The treatment of white space between encoded words. */
    enum Blanks {
        GO,
        STAY,
        /** A blank is added between a word and the text beside it, even if there is none. */
        ARE_ADDED,
        /** The blanks within a word are dropped too. */
        GO_EVERYWHERE
    }

    /**
     * Which parts of neighbouring encoded words are decoded together: programs split characters between words, against
     * RFC 2047 §5.
     */
    enum Joining {
        OF_OCTETS,
        NONE,
        /** The encoded texts are joined before they are decoded, if encoding and charset are the same. */
        OF_TEXTS,
        /** All are joined, and the first one says how they are decoded. */
        OF_ALL_TEXTS
    }

    /** Returns the styles that differ for these words. */
    static List<WordStyle> all(List<EncodedWord> words) {
        boolean isOdd = words.stream().anyMatch(word -> word.isBase64() && !Base64Octets.isRegular(word.encoded()));
        List<WordStyle> styles = new ArrayList<>();
        for (Blanks blanks : Blanks.values()) {
            for (Joining joining : words.size() > 1 ? Joining.values() : ONE_WORD) {
                for (Base64Octets.Reading base64 : isOdd ? Base64Octets.Reading.values() : REGULAR) {
                    for (WordCharset.Reading charset : WordCharset.Reading.values()) {
                        styles.add(new WordStyle(blanks, joining, base64, charset));
                    }
                }
            }
        }
        return styles;
    }

    /** Words that are decoded together. It is the key of a cache, because most styles differ elsewhere. */
    record Run(
            int from,
            int to,
            boolean isJoined,
            boolean skipsBlanks,
            Base64Octets.Reading base64,
            WordCharset.Reading charset) {
        static Run of(int from, int to, WordStyle style) {
            boolean isJoined = style.joining != Joining.OF_OCTETS && to - from > 1;
            return new Run(from, to, isJoined, style.blanks == Blanks.GO_EVERYWHERE, style.base64, style.charset);
        }
    }

    /**
     * Reads a text with encoded words.
     *
     * @param decoded caches what other styles have decoded of the same words
     */
    String read(String body, List<EncodedWord> words, Map<Run, String> decoded) {
        StringBuilder text = new StringBuilder(body.length());
        int at = 0;
        for (int i = 0; i < words.size(); ) {
            EncodedWord word = words.get(i);
            String between = body.substring(at, word.start());
            boolean goes = at > 0 && between.isBlank() && blanks != Blanks.STAY;
            text.append(goes ? "" : outside(between, charset));
            addBlank(text, !goes && blanks == Blanks.ARE_ADDED);
            int next = i + 1;
            while (next < words.size() && joining != Joining.NONE && joins(body, words, next)) {
                next++;
            }
            text.append(decoded.computeIfAbsent(Run.of(i, next, this), run -> decode(words, run)));
            at = words.get(next - 1).end();
            i = next;
            addBlank(text, blanks == Blanks.ARE_ADDED);
        }
        return text.append(outside(body.substring(at), charset)).toString();
    }

    /** Reads the text around encoded words. */
    static String outside(String octets, WordCharset.Reading reading) {
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

    private boolean joins(String body, List<EncodedWord> words, int next) {
        EncodedWord word = words.get(next);
        EncodedWord before = words.get(next - 1);
        String between = body.substring(before.end(), word.start());
        return between.isBlank()
                && (between.isEmpty() || blanks != Blanks.STAY)
                && (joining != Joining.OF_TEXTS || word.isBase64() == before.isBase64())
                && (joining == Joining.OF_ALL_TEXTS || word.charset().equals(before.charset()));
    }

    private static String decode(List<EncodedWord> all, Run run) {
        List<EncodedWord> words = all.subList(run.from, run.to);
        EncodedWord first = words.getFirst();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        if (run.isJoined) {
            String encoded = words.stream().map(EncodedWord::encoded).collect(Collectors.joining());
            octets.writeBytes(new EncodedWord(0, 0, "", first.charset(), first.isBase64(), encoded)
                    .octets(run.base64, run.skipsBlanks));
        } else {
            words.forEach(word -> octets.writeBytes(word.octets(run.base64, run.skipsBlanks)));
        }
        return first.charset().decode(octets.toByteArray(), run.charset);
    }

    private static final Joining[] ONE_WORD = {Joining.NONE};
    private static final Base64Octets.Reading[] REGULAR = {Base64Octets.Reading.ENDS_AT_PADDING};
}
