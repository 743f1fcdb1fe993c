package org.postseal.gateway.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.outcome.HeaderChange;

/**
 * Makes the changes that the policy asks for in the outer header section of a message. It adds and removes whole
 * fields, and every other octet stays.
 */
public final class HeaderEdit {
    private HeaderEdit() {}

    /**
     * Returns the message with these changes, made in their order. It returns the message itself if they change
     * nothing, or if its header is over the limits.
     */
    public static RawMessage apply(RawMessage message, List<HeaderChange> changes) throws IOException {
        if (changes.isEmpty()) {
            return message;
        }
        return switch (HeaderBlock.read(message, Budget.standard())) {
            case Parsed.Refused<HeaderBlock> _ -> message;
            case Parsed.Success<HeaderBlock>(HeaderBlock header) -> {
                HeaderBlock changed = apply(header, changes);
                yield changed.equals(header)
                        ? message
                        : RawMessage.join(List.of(RawMessage.of(changed.toByteArray()), message.from(header.size())));
            }
        };
    }

    /** Returns the header section with these changes, made in their order. */
    public static HeaderBlock apply(HeaderBlock header, List<HeaderChange> changes) {
        HeaderBlock changed = header;
        for (HeaderChange change : changes) {
            changed = apply(changed, change);
        }
        return changed;
    }

    private static HeaderBlock apply(HeaderBlock header, HeaderChange change) {
        return switch (change) {
            case HeaderChange.Remove(String name) -> header.without(field -> field.mayBe(name));
            case HeaderChange.RemoveForged(String name) -> header.without(field -> field.mayBe(name));
            case HeaderChange.Add(String name, String body) ->
                header.withOnTop(List.of(HeaderWriter.unstructured(name, body)));
            case HeaderChange.UntagSubject(List<String> tags) -> untagged(header, tags);
            case HeaderChange.TagSubject(String tag, List<String> forged) -> tagged(header, tag, forged);
        };
    }

    // These tags are the sender's own, so what some program may read is no reason to take more than them away.
    private static HeaderBlock untagged(HeaderBlock header, List<String> tags) {
        FieldReader reader = new FieldReader();
        List<HeaderField> subjects = header.all(SUBJECT);
        List<HeaderField> left = subjects.stream()
                .map(subject -> tagged(subject, reader, "", readings -> without(readings, tags)))
                .toList();
        return left.equals(subjects)
                ? header
                : header.without(field -> field.is(SUBJECT)).withOnTop(left);
    }

    private static HeaderBlock tagged(HeaderBlock received, String tag, List<String> forged) {
        FieldReader reader = new FieldReader();
        // A field that only some programs take for a Subject gets no tag from us, so any tag in it is forged.
        HeaderBlock header = received.without(field ->
                !field.is(SUBJECT) && field.mayBe(SUBJECT) && mayHoldTag(reader.read(field.unfolded()), forged));
        List<HeaderField> subjects = header.all(SUBJECT);
        List<HeaderField> tagged = new ArrayList<>();
        for (HeaderField subject : subjects) {
            tagged.add(tagged(subject, reader, tag, readings -> honest(readings, forged)));
        }
        if (subjects.isEmpty() && !tag.isEmpty()) {
            tagged.add(HeaderWriter.unstructured(SUBJECT, tag));
        }
        return tagged.equals(subjects)
                ? header
                : header.without(field -> field.is(SUBJECT)).withOnTop(tagged);
    }

    private static boolean mayHoldTag(EncodedWords.Readings readings, List<String> forged) {
        return honest(readings, forged).isPresent();
    }

    // A Subject without a tag of ours keeps its octets after the new tag. If it holds such a tag, which the sender
    // forged, or was too long to be read whole, then only its decoded text stays, without such tags. That text is read
    // again, since another reading of it may hold a tag. Of a Subject that goes on like this, nothing stays.
    private static HeaderField tagged(
            HeaderField subject,
            FieldReader reader,
            String tag,
            Function<EncodedWords.Readings, Optional<String>> honest) {
        Optional<String> left = honest.apply(reader.read(subject.unfolded()));
        if (left.isEmpty()) {
            return behind(tag, subject);
        }
        for (int round = 0; round < MOST_ROUNDS; round++) {
            String text = left.get().strip();
            left = honest.apply(
                    reader.read(HeaderWriter.unstructured(SUBJECT, text).unfolded()));
            if (left.isEmpty()) {
                return HeaderWriter.unstructured(SUBJECT, (tag + " " + text).strip());
            }
        }
        return HeaderWriter.unstructured(SUBJECT, tag);
    }

    /** Returns what is left of a text without its tags; empty if no program can find a tag in it. */
    private static Optional<String> honest(EncodedWords.Readings readings, List<String> forged) {
        return readings.isCut()
                ? readings.texts().stream().findFirst().map(text -> without(text, forged))
                : without(readings, forged);
    }

    /** Returns what is left of the first reading that holds a tag; empty if none does. */
    private static Optional<String> without(EncodedWords.Readings readings, List<String> tags) {
        return readings.texts().stream()
                .filter(text -> !without(text, tags).equals(text))
                .findFirst()
                .map(text -> without(text, tags));
    }

    private static HeaderField behind(String tag, HeaderField subject) {
        if (tag.isEmpty()) {
            return subject;
        }
        byte[] raw = subject.raw();
        int body = indexOfColon(raw) + 1;
        boolean hasBlank = body < raw.length && (raw[body] == ' ' || raw[body] == '\t');
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        field.write(raw, 0, body);
        field.writeBytes((" " + tag + (hasBlank ? "" : " ")).getBytes(StandardCharsets.US_ASCII));
        field.write(raw, body, raw.length - body);
        return HeaderField.of(field.toByteArray());
    }

    // Each letter is checked as it is added, since the text on both sides of a removed tag may form another tag.
    private static String without(String text, List<String> forged) {
        StringBuilder honest = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            honest.append(text.charAt(i));
            for (String tag : forged) {
                if (endsWith(honest, tag)) {
                    honest.setLength(honest.length() - tag.length());
                }
            }
        }
        return honest.length() == text.length() ? text : honest.toString().replaceAll("[ \t]+", " ");
    }

    private static boolean endsWith(StringBuilder text, String tag) {
        int start = text.length() - tag.length();
        for (int i = tag.length() - 1; i >= 0; i--) {
            if (start < 0 || fold(text.charAt(start + i)) != fold(tag.charAt(i))) {
                return false;
            }
        }
        return !tag.isEmpty();
    }

    private static char fold(char letter) {
        return Character.toLowerCase(Character.toUpperCase(letter));
    }

    private static int indexOfColon(byte[] raw) {
        int at = 0;
        while (at < raw.length - 1 && raw[at] != ':') {
            at++;
        }
        return at;
    }

    private static final String SUBJECT = "Subject";
    private static final int MOST_ROUNDS = 8;
}
