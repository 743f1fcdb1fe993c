package org.postseal.gateway.smime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.postseal.gateway.mail.LooseName;
import org.postseal.policy.header.Letters;

/**
 * Reads a header section as the most tolerant mail program does. CR and LF alone end a line, and blank lines in front
 * count for nothing. Lines that are no fields are passed over, and so are comments in a name, and characters that do
 * not belong there. A finding of this reading alone lowers a claim and does nothing else.
 *
 * @param types what may be the value of a Content-Type, in lower case without blanks, quotes and parentheses
 * @param dispositions likewise of a Content-Disposition
 * @param isOfContent whether any line may be a field whose name begins with {@code Content-}
 */
record LooseHeader(List<String> types, List<String> dispositions, boolean isOfContent) {
    /** Reads the section at the start of these octets, up to where every program sees its end. */
    static LooseHeader ofPayload(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1).stripLeading();
        int end = text.indexOf("\r\n\r\n");
        return of(end < 0 ? text : text.substring(0, end));
    }

    /** Reads a whole section. */
    static LooseHeader of(byte[] section) {
        return of(new String(section, StandardCharsets.ISO_8859_1));
    }

    private static LooseHeader of(String text) {
        List<String> types = new ArrayList<>();
        List<String> dispositions = new ArrayList<>();
        boolean isOfContent = false;
        for (String field : LINE_END.split(FOLD.matcher(text.strip()).replaceAll(" "), -1)) {
            LooseName loose = LooseName.in(field);
            String name = Letters.lower(loose.text());
            String value = NOISE.matcher(field.substring(loose.colon() + 1))
                    .replaceAll("")
                    .toLowerCase(Locale.ROOT);
            isOfContent |= name.startsWith("content-");
            switch (name) {
                case "content-type" -> types.add(value);
                case "content-disposition" -> dispositions.add(value);
                default -> {}
            }
        }
        return new LooseHeader(List.copyOf(types), List.copyOf(dispositions), isOfContent);
    }

    /** Returns true if a Content-Type may be that of a signature. */
    boolean saysSigned() {
        return types.stream()
                .anyMatch(type ->
                        type.contains("signed") || type.contains("pkcs7") || type.split(";", 2)[0].contains("=?"));
    }

    /** Returns true if a Content-Type, together with a file name, may be that of a layer. */
    boolean saysLayer() {
        return saysSigned() || (types.stream().anyMatch(type -> type.contains("octet-stream")) && namesFile());
    }

    /** Returns true if a Content-Type may say that header fields are protected (RFC 9788 §2.1). */
    boolean saysProtected() {
        return types.stream().anyMatch(type -> PROTECTED.matcher(type).find());
    }

    /** Returns true if a file name may be that of a CMS object. */
    boolean namesFile() {
        return types.stream().anyMatch(LooseHeader::namesFile)
                || dispositions.stream().anyMatch(LooseHeader::namesFile);
    }

    private static boolean namesFile(String value) {
        return FILE.matcher(value).find();
    }

    private static final Pattern LINE_END = Pattern.compile("[\\r\\n]+");
    private static final Pattern FOLD = Pattern.compile("(?:\\r\\n|\\r|\\n)(?=[ \\t])");
    private static final Pattern NOISE = Pattern.compile("[\\s\"'()\\\\]");
    private static final Pattern PROTECTED = Pattern.compile(";hp(?:\\*[0-9*]*)?=");
    private static final Pattern FILE = Pattern.compile("p7[mscz]");
}
