package org.postseal.policy.header;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes field bodies that spell a text in the ways that mail programs read: well-formed encoded words, and malformed
 * ones. A seed makes them the same each time.
 */
final class SubjectSpellings {
    private final Random random;

    SubjectSpellings(long seed) {
        this.random = new Random(seed);
    }

    /** Returns the octets of a field body with that text. */
    byte[] of(String text) {
        if (random.nextInt(12) == 0) {
            return text.getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        }
        String label = oneOf(LABELS);
        byte[] octets = inCharset(text, label);
        int words = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
        StringBuilder body = new StringBuilder(oneOf(List.of("", "", "", "a ", "a", "\"", "(", "=?", "[x] ")));
        int from = 0;
        for (int i = 0; i < words; i++) {
            int to = i == words - 1 ? octets.length : from + random.nextInt(octets.length - from + 1);
            body.append(i == 0 ? "" : oneOf(List.of(" ", " ", "", "\r\n ", "\t", "  ")));
            body.append(word(
                    oneOf(List.of(label, label, label.toUpperCase(Locale.ROOT))),
                    Arrays.copyOfRange(octets, from, to)));
            from = to;
        }
        return body.append(oneOf(List.of("", "", "", " b", "b", "\"", ")", "?=")))
                .toString()
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String word(String label, byte[] octets) {
        boolean isBase64 = random.nextBoolean();
        String encoded = isBase64 ? base64(octets) : quoted(octets);
        return "=?" + label + "?" + oneOf(isBase64 ? List.of("B", "b") : List.of("Q", "q")) + "?" + encoded + "?=";
    }

    private String base64(byte[] octets) {
        String regular = Base64.getEncoder().encodeToString(octets);
        int middle = random.nextInt(regular.length() + 1);
        String before = regular.substring(0, middle);
        String behind = regular.substring(middle);
        return switch (random.nextInt(12)) {
            case 0 -> regular.replace("=", "");
            case 1 -> regular + "=";
            case 2 -> regular.replace("=", "") + "====";
            case 3 -> before + " " + behind;
            case 4 -> before + "\r\n " + behind;
            case 5 -> before + "*" + behind;
            case 6 -> Base64.getUrlEncoder().encodeToString(octets);
            case 7 -> Base64.getEncoder().encodeToString("x ".getBytes(StandardCharsets.US_ASCII)) + regular;
            case 8 -> "\t" + regular;
            default -> regular;
        };
    }

    private String quoted(byte[] octets) {
        int hex = random.nextInt(4);
        boolean isBare = random.nextInt(5) == 0;
        StringBuilder encoded = new StringBuilder();
        for (byte octet : octets) {
            int c = octet & 0xFF;
            boolean mustBe = c == '=' || c == '?' || c == '_' || c < ' ' || (c > 126 && !isBare);
            if (c == ' ') {
                encoded.append(isBare ? " " : "_");
            } else if (mustBe || random.nextInt(4) < hex) {
                encoded.append('=').append(random.nextBoolean() ? UPPER.toHexDigits(octet) : LOWER.toHexDigits(octet));
            } else {
                encoded.append((char) c);
            }
        }
        return random.nextInt(10) == 0 ? encoded.insert(0, "?").toString() : encoded.toString();
    }

    private byte[] inCharset(String text, String label) {
        String name = label.toLowerCase(Locale.ROOT).replaceAll("[*].*|[\"' ]", "");
        if (name.contains("7") && name.contains("utf")) {
            return utf7(text).getBytes(StandardCharsets.US_ASCII);
        }
        return text.getBytes(
                switch (name) {
                    case "cp037", "ibm500" -> Charset.forName("IBM" + name.replaceAll("\\D", ""));
                    case "utf-16le", "utf-16be", "utf-16", "utf-32" -> Charset.forName(name);
                    case "iso-8859-1", "latin1", "windows-1252", "cp1252", "iso8859-15" ->
                        Charset.forName("windows-1252");
                    case "mac-roman" -> Charset.forName("x-MacRoman");
                    default -> StandardCharsets.UTF_8;
                });
    }

    /** Encodes letters at random between + and -. */
    private String utf7(String text) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 126 || c == '+' || random.nextInt(3) == 0) {
                String base64 = Base64.getEncoder().encodeToString(new byte[] {(byte) (c >> 8), (byte) c});
                encoded.append('+').append(base64.replace("=", "")).append('-');
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    private <T> T oneOf(List<T> any) {
        return any.get(random.nextInt(any.size()));
    }

    private static final HexFormat UPPER = HexFormat.of().withUpperCase();
    private static final HexFormat LOWER = HexFormat.of();
    private static final List<String> LABELS = labels();

    private static List<String> labels() {
        List<String> labels = new ArrayList<>(List.of("utf-8", "utf-8", "utf-8", "iso-8859-1", "utf-7"));
        labels.addAll(List.of("utf8", "us-ascii", "ascii", "latin1", "windows-1252", "cp1252", "iso8859-15", "utf_7"));
        labels.addAll(List.of("utf-8*en", "\"utf-8\"", "", "unicode-1-1-utf-7", "unknown-8bit", "x-none", "u8", "U7"));
        labels.addAll(
                List.of("gb2312", "gbk", "big5", "shift_jis", "euc-kr", "ks_c_5601-1987", "iso-2022-jp", "koi8-r"));
        labels.addAll(List.of("utf-16", "utf-16le", "utf-16be", "utf-32", "cp037", "ibm500", "hz", "mac-roman"));
        labels.addAll(List.of("unicode_escape", "raw_unicode_escape", "punycode", "cp65001", "utf-8-sig", "utf_8_sig"));
        return labels;
    }
}
