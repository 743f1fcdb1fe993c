package org.postseal.policy.wording;

import java.text.Normalizer;
import java.util.Optional;
import org.postseal.policy.header.EncodedWords;

/** Makes a foreign text harmless, and writes German and French in ASCII. */
public final class PlainText {
    private PlainText() {}

    /**
     * Returns what a header field says, for one line of another text: decoded (RFC 2047), without control characters
     * and marks that change the direction, and at most 80 characters long. Empty if it says nothing.
     */
    public static Optional<String> of(String field) {
        String decoded = EncodedWords.decode(field.substring(0, Math.min(field.length(), LONGEST_READ)));
        StringBuilder shown = new StringBuilder();
        int letters = 0;
        int c;
        for (int i = 0; i < decoded.length() && letters <= LONGEST; i += Character.charCount(c)) {
            c = decoded.codePointAt(i);
            boolean isBlank = Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
            boolean isRepeated = isBlank && (shown.isEmpty() || shown.charAt(shown.length() - 1) == ' ');
            if (!isRepeated && (isBlank || isShown(c))) {
                shown.appendCodePoint(isBlank ? ' ' : c);
                letters++;
            }
        }
        String text = shown.toString().strip();
        boolean isLonger = text.codePointCount(0, text.length()) > LONGEST;
        String said = isLonger
                ? text.substring(0, text.offsetByCodePoints(0, LONGEST)).strip() + "..."
                : text;
        return Optional.of(said).filter(some -> !some.isEmpty());
    }

    /** Returns false for what has no glyph of its own: controls, format characters, half characters. */
    public static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 127);
    }

    /** Returns the text with a question mark for each character beyond ASCII. */
    static String marked(String text) {
        StringBuilder marked = new StringBuilder(text.length());
        text.codePoints().forEach(c -> marked.append(c >= ' ' && c < 127 ? (char) c : '?'));
        return marked.toString();
    }

    /**
     * Returns the text in ASCII, as somebody writes it whose keyboard has nothing else; empty if nobody does. German
     * writes ä as ae, and French leaves its accents out. In other languages that would change words.
     */
    static Optional<String> ascii(String language, String text) {
        if (isAscii(text)) {
            return Optional.of(text);
        }
        String plain = switch (language) {
            case "de" -> ofGerman(Normalizer.normalize(text, Normalizer.Form.NFC));
            case "fr" -> text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae");
            default -> text;
        };
        String ascii = language.equals("fr")
                ? Normalizer.normalize(plain, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "")
                : plain;
        return Optional.of(punctuated(ascii)).filter(PlainText::isAscii);
    }

    private static String ofGerman(String text) {
        return text.replace("ä", "ae")
                .replace("ö", "oe")
                .replace("ü", "ue")
                .replace("Ä", "Ae")
                .replace("Ö", "Oe")
                .replace("Ü", "Ue")
                .replace("ß", "ss");
    }

    private static String punctuated(String text) {
        return text.replace('\u00A0', ' ')
                .replace('\u202F', ' ')
                .replaceAll("[\u2018\u2019\u201A]", "'")
                .replaceAll("[\u201C\u201D\u201E\u00AB\u00BB]", "\"")
                .replaceAll("[\u2013\u2014]", "-")
                .replace("\u2026", "...");
    }

    private static final int LONGEST = 80;
    private static final int LONGEST_READ = 2_000;
}
