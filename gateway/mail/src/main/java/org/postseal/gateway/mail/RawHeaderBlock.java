package org.postseal.gateway.mail;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Holds a header section as the list of its fields' octets. */
record RawHeaderBlock(List<HeaderField> fields, long size, boolean hasEmptyLine) implements HeaderBlock {
    RawHeaderBlock {
        fields = List.copyOf(fields);
    }

    @Override
    public List<HeaderField> all(String name) {
        List<HeaderField> found = new ArrayList<>();
        for (HeaderField field : fields) {
            if (field.is(name)) {
                found.add(field);
            }
        }
        return found.isEmpty() ? List.of() : List.copyOf(found);
    }

    @Override
    public Optional<HeaderField> single(String name) {
        List<HeaderField> found = all(name);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    @Override
    public HeaderBlock without(Predicate<HeaderField> remove) {
        List<HeaderField> kept = fields.stream().filter(Predicate.not(remove)).toList();
        return new RawHeaderBlock(kept, size, hasEmptyLine);
    }

    @Override
    public HeaderBlock mapped(Function<HeaderField, Optional<HeaderField>> change) {
        List<HeaderField> changed =
                fields.stream().flatMap(field -> change.apply(field).stream()).toList();
        return new RawHeaderBlock(changed, size, hasEmptyLine);
    }

    @Override
    public HeaderBlock withOnTop(List<HeaderField> added) {
        return new RawHeaderBlock(Stream.concat(added.stream(), fields.stream()).toList(), size, hasEmptyLine);
    }

    /**
     * Returns the section without the empty line, or without the end of the last field if there is no empty line. In a
     * part without a body, that line end belongs to the boundary after it.
     */
    RawHeaderBlock withoutLastLineEnd() {
        if (hasEmptyLine) {
            return new RawHeaderBlock(fields, size - 2, false);
        }
        if (fields.isEmpty()) {
            return this;
        }
        List<HeaderField> shortened = new ArrayList<>(fields);
        byte[] last = shortened.removeLast().raw();
        shortened.add(HeaderField.of(Arrays.copyOf(last, last.length - 2)));
        return new RawHeaderBlock(shortened, size - 2, false);
    }

    @Override
    public boolean isMalformed() {
        for (HeaderField field : fields) {
            if (field.isMalformed()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public byte[] toByteArray() {
        ByteArrayOutputStream out = write();
        if (hasEmptyLine) {
            out.writeBytes(CRLF);
        }
        return out.toByteArray();
    }

    @Override
    public byte[] fieldOctets() {
        ByteArrayOutputStream out = write();
        boolean open = !fields.isEmpty() && !endsInCrlf(fields.getLast().raw());
        if (open) {
            out.writeBytes(CRLF);
        }
        return out.toByteArray();
    }

    private ByteArrayOutputStream write() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                fields.stream().mapToInt(field -> field.raw().length).sum() + CRLF.length);
        for (HeaderField field : fields) {
            out.writeBytes(field.raw());
        }
        return out;
    }

    private static boolean endsInCrlf(byte[] raw) {
        return raw.length >= 2 && raw[raw.length - 2] == '\r' && raw[raw.length - 1] == '\n';
    }

    private static final byte[] CRLF = {'\r', '\n'};
}
