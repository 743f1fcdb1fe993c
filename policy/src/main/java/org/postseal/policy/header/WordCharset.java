package org.postseal.policy.header;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A character set by the name that an encoded word gives it.
 *
 * @param charsets those that programs take the name for, the usual one first; none if nobody knows the name
 * @param isUtf7 whether it is UTF-7, which Java does not have and many mail programs no longer read
 * @param isUniversal whether every program knows the name, as it is written; others show the octets, or the whole word
 */
record WordCharset(List<Charset> charsets, boolean isUtf7, boolean isUniversal) {
    /** How a program reads octets, above all those that do not fit; each way leads to a text. */
    enum Reading {
        /** It reads them in the charset that is named, and replaces octets that do not fit. */
        AS_NAMED,
        /** It takes the last of {@link WordCharset#charsets}, and reads UTF-7 as the variant that IMAP has. */
        OTHERWISE,
        /** It reads UTF-8, whatever the name, but leaves UTF-7 as it is. */
        AS_UTF_8,
        /** It reads windows-1252, whatever the name. */
        AS_WINDOWS
    }

    /**
     * Finds a charset by name, whatever its case, even if a language follows (RFC 2231 §5) or quotation marks surround
     * it.
     */
    static WordCharset of(String written) {
        String name = Letters.lower(written.replaceFirst("\\*.*", "").replaceAll("[\"'\\s]", ""));
        if (UTF_7.matcher(name).matches()) {
            return new WordCharset(List.of(StandardCharsets.US_ASCII), true, false);
        }
        List<String> known = ALIASES.getOrDefault(name, List.of());
        return new WordCharset(
                (known.isEmpty() ? List.of(regular(name)) : known)
                        .stream().flatMap(each -> find(each).stream()).toList(),
                false,
                UNIVERSAL.matcher(written).matches());
    }

    boolean isKnown() {
        return isUtf7 || !charsets.isEmpty();
    }

    /** Decodes octets; those of an unknown charset are read as one of the two most common ones. */
    String decode(byte[] octets, Reading reading) {
        if (isUtf7 && (reading == Reading.AS_NAMED || reading == Reading.OTHERWISE)) {
            return Utf7.decode(new String(octets, StandardCharsets.ISO_8859_1), reading == Reading.OTHERWISE);
        }
        boolean isByName = !charsets.isEmpty() && !isUtf7;
        return switch (reading) {
            case AS_NAMED -> new String(octets, isByName ? charsets.getFirst() : WINDOWS);
            case OTHERWISE -> new String(octets, isByName ? charsets.getLast() : WINDOWS);
            case AS_UTF_8 -> new String(octets, StandardCharsets.UTF_8);
            case AS_WINDOWS -> new String(octets, WINDOWS);
        };
    }

    /** Returns true if every program reads the same text. */
    boolean isRegular(byte[] octets) {
        if (!isUniversal) {
            return false;
        }
        for (byte octet : octets) {
            // A NUL in a header, as in UTF-16 and UTF-32, ends the text for some programs.
            if (octet == 0) {
                return false;
            }
        }
        Optional<String> first = strictly(octets, charsets.getFirst());
        return first.isPresent()
                && charsets.stream().allMatch(each -> strictly(octets, each).equals(first));
    }

    static Optional<String> strictly(byte[] octets, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder();
        CharBuffer text = CharBuffer.allocate((int) Math.ceil(octets.length * (double) decoder.maxCharsPerByte()));
        boolean isFit = !decoder.decode(ByteBuffer.wrap(octets), text, true).isError()
                && !decoder.flush(text).isError();
        return isFit ? Optional.of(text.flip().toString()) : Optional.empty();
    }

    private static Optional<Charset> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Writes names with a number in one way, because there are many ways to write them. */
    private static String regular(String name) {
        Matcher iso = ISO.matcher(name);
        if (iso.matches()) {
            return "iso-8859-" + iso.group(1);
        }
        Matcher page = PAGE.matcher(name);
        if (page.matches()) {
            String number = page.group(1);
            return number.startsWith("125") ? "windows-" + number : "cp" + number;
        }
        return name;
    }

    // All names are in lower case. Asking the runtime for a name that it does not know would search its modules.
    private static final Map<String, Charset> BY_NAME = byName();

    private static Map<String, Charset> byName() {
        Map<String, Charset> byName = new HashMap<>();
        for (Charset charset : Charset.availableCharsets().values()) {
            charset.aliases().forEach(alias -> byName.put(alias.toLowerCase(Locale.ROOT), charset));
            byName.put(charset.name().toLowerCase(Locale.ROOT), charset);
        }
        return byName;
    }

    static final Charset WINDOWS = Charset.forName("windows-1252");

    private static final Pattern UNIVERSAL = Pattern.compile(
            "us-ascii|utf-8|iso-8859-(?:[1-9]|10|1[3-6])|windows-125[0-8]|koi8-[ru]|gb2312|gbk|gb18030|big5"
                    + "|euc-jp|euc-kr|ks_c_5601-1987|shift_jis|iso-2022-jp",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern UTF_7 =
            Pattern.compile("(?:(?:x-)?(?:unicode-\\d-\\d-|imap4?-)?utf[-_]?7(?:-imap)?|csunicode11utf7)");
    private static final Pattern ISO = Pattern.compile("(?:x-)?iso[-_]?8859[-_]?(\\d{1,2})(?:[-_:].*)?");
    private static final Pattern PAGE = Pattern.compile("(?:x-)?(?:cp|windows|win|ms|ibm|dos)[-_]?(\\d{3,5})");
    // The aliases follow web browsers (https://encoding.spec.whatwg.org/#names-and-labels) and the names' own meaning.
    private static final Map<String, List<String>> ALIASES = aliases();

    private static Map<String, List<String>> aliases() {
        Map<String, List<String>> aliases = new HashMap<>();
        put(aliases, "utf8 utf-8 utf_8 unicode-1-1-utf-8 x-unicode20utf8 utf-8n utf8mb4 cp65001", "UTF-8");
        put(
                aliases,
                "iso-8859-1 iso_8859-1 iso8859-1 latin1 latin-1 l1 cp819 ibm819 iso8859_1",
                "windows-1252",
                "ISO-8859-1");
        put(aliases, "ansi x-ansi x-cp1252 ms-ansi", "windows-1252");
        put(aliases, "us-ascii ascii ansi_x3.4-1968 iso646-us us iso-ir-6 cp367", "US-ASCII");
        put(aliases, "iso-8859-9 latin5 l5 iso_8859-9", "windows-1254", "ISO-8859-9");
        put(aliases, "iso-8859-11 tis-620 tis620 windows-874", "x-windows-874", "TIS-620");
        put(aliases, "iso-8859-8-i iso-8859-8-e logical visual", "ISO-8859-8");
        put(aliases, "gb2312 gb_2312-80 gbk x-gbk gb18030 euc-cn cp936 csgb2312 chinese ms936", "GB18030", "GBK");
        put(aliases, "big5 cn-big5 x-x-big5 csbig5 cp950", "Big5-HKSCS", "Big5");
        put(
                aliases,
                "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932 csshiftjis",
                "windows-31j",
                "Shift_JIS");
        put(
                aliases,
                "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean cp949 windows-949",
                "x-windows-949",
                "EUC-KR");
        put(
                aliases,
                "iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3",
                "ISO-2022-JP",
                "x-windows-iso2022jp");
        put(aliases, "x-euc-jp eucjp euc_jp", "EUC-JP");
        put(aliases, "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2 csunicode", "UTF-16", "UTF-16LE");
        put(aliases, "macintosh mac x-mac-roman mac-roman", "x-MacRoman");
        put(aliases, "mac-cyrillic x-mac-cyrillic", "x-MacCyrillic");
        put(aliases, "koi koi8 koi8_r", "KOI8-R");
        put(aliases, "koi8-ru koi8_u", "KOI8-U");
        // If they know no name, programs guess.
        put(aliases, "unknown-8bit x-unknown unknown 8bit binary x-user-defined default none", "UTF-8", "windows-1252");
        aliases.put("", List.of("US-ASCII"));
        return aliases;
    }

    private static void put(Map<String, List<String>> aliases, String names, String... charsets) {
        for (String name : names.split(" ", -1)) {
            aliases.put(name, List.of(charsets));
        }
    }
}
