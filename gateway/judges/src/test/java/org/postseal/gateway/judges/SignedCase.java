package org.postseal.gateway.judges;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message that came in and may look signed. Its text holds a mark for the date and for each CMS object, so that a
 * case that was kept can be signed again with other keys: <code>${date}</code>, <code>${FORM:OBJECT:SPELLING}</code>.
 *
 * @param template the message
 * @param entity what the friend signed
 * @param plain the entity with every line written plainly, where it is not
 * @param used productions of the grammar
 */
record SignedCase(String template, String entity, Optional<String> plain, Set<String> used) {
    private static final Pattern MARK = Pattern.compile("\\$\\{(attached|detached):(\\w+):(\\w+)\\}");

    /** The mark of a CMS object. */
    static String mark(boolean isAttached, SignedObject object, Base64Spelling spelling) {
        return "${" + (isAttached ? "attached" : "detached") + ":" + object.name() + ":" + spelling.name() + "}";
    }

    /** Returns the message, which the friend signs now. */
    byte[] message(Forge forge) {
        return signed(forge, entity);
    }

    /** Builds the same message around the plain entity. */
    Optional<byte[]> twin(Forge forge) {
        return plain.map(text -> signed(forge, text));
    }

    private byte[] signed(Forge forge, String content) {
        String shown = entity.equals(content) ? template : template.replace(entity, content);
        String dated = shown.replace(
                "${date}", ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.RFC_1123_DATE_TIME));
        return Forge.octets(MARK.matcher(dated).replaceAll(mark -> {
            byte[] cms = forge.sign(content, Gateway.BOB, mark.group(1).equals("attached"));
            byte[] written = SignedObject.valueOf(mark.group(2)).write(cms);
            return Matcher.quoteReplacement(
                    Base64Spelling.valueOf(mark.group(3)).write(written));
        }));
    }

    /** Whether the friend signs the entity; without that it can only be signed inside. */
    boolean isSigned() {
        return MARK.matcher(template).find();
    }

    /** Returns the files of a vector. */
    Map<String, byte[]> files() {
        Map<String, byte[]> files = new HashMap<>();
        files.put("message.eml", Forge.octets(template));
        files.put("entity", Forge.octets(entity));
        plain.ifPresent(text -> files.put("plain", Forge.octets(text)));
        return files;
    }

    static SignedCase read(Vector vector) {
        return new SignedCase(
                vector.file("message.eml").orElseThrow(),
                vector.file("entity").orElseThrow(),
                vector.file("plain"),
                Set.of());
    }
}
