package org.postseal.gateway.judges;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A node of a BER tree that can be changed and written with other lengths. Reads DER with tags of one octet. */
final class Tlv {
    private static final int CONSTRUCTED = 0x20;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int OCTETS = 0x04;

    private int tag;
    private byte[] content;
    private final List<Tlv> children = new ArrayList<>();
    private Length length = Length.SHORTEST;

    /** How a length is written. */
    enum Length {
        SHORTEST,
        LONG,
        INDEFINITE
    }

    private Tlv(int tag, byte[] content) {
        this.tag = tag;
        this.content = content;
    }

    static Tlv primitive(int tag, byte[] content) {
        return new Tlv(tag, content);
    }

    static Tlv constructed(int tag, Tlv... children) {
        Tlv made = new Tlv(tag | CONSTRUCTED, new byte[0]);
        made.children.addAll(Arrays.asList(children));
        return made;
    }

    /** Reads the one element that the octets are. */
    static Tlv read(byte[] der) {
        return readAll(der, 0, der.length).getFirst();
    }

    private static List<Tlv> readAll(byte[] der, int begin, int end) {
        List<Tlv> read = new ArrayList<>();
        int at = begin;
        while (at < end) {
            int tag = der[at++] & 0xff;
            int size = der[at++] & 0xff;
            if (size > 0x80) {
                int octets = size & 0x7f;
                size = 0;
                for (int i = 0; i < octets; i++) {
                    size = (size << 8) | (der[at++] & 0xff);
                }
            }
            Tlv made = new Tlv(tag, new byte[0]);
            if ((tag & CONSTRUCTED) != 0) {
                made.children.addAll(readAll(der, at, at + size));
            } else {
                made.content = Arrays.copyOfRange(der, at, at + size);
            }
            read.add(made);
            at += size;
        }
        return read;
    }

    int tag() {
        return tag;
    }

    void tag(int other) {
        tag = other;
    }

    byte[] content() {
        return content.clone();
    }

    /** Makes it primitive, with this content. */
    void content(byte[] other) {
        children.clear();
        tag &= ~CONSTRUCTED;
        content = other.clone();
    }

    /** The elements in it, which may be changed. */
    List<Tlv> children() {
        return children;
    }

    Tlv child(int index) {
        return children.get(index);
    }

    /** The first element in it with this tag. */
    Tlv tagged(int wanted) {
        return children.stream()
                .filter(child -> child.tag == wanted)
                .findFirst()
                .orElseThrow();
    }

    /** Makes it constructed, of octet strings of this size. */
    void chunk(int size) {
        byte[] all = content;
        content = new byte[0];
        tag |= CONSTRUCTED;
        for (int at = 0; at < all.length; at += size) {
            children.add(primitive(OCTETS, Arrays.copyOfRange(all, at, Math.min(all.length, at + size))));
        }
    }

    /** Writes its own length so; an indefinite one only where it is constructed. */
    void length(Length wanted) {
        length = wanted == Length.INDEFINITE && (tag & CONSTRUCTED) == 0 ? Length.SHORTEST : wanted;
    }

    /** Writes its own length and all lengths within it so. */
    void lengths(Length wanted) {
        length(wanted);
        children.forEach(child -> child.lengths(wanted));
    }

    Tlv copy() {
        Tlv copy = new Tlv(tag, content);
        copy.length = length;
        children.forEach(child -> copy.children.add(child.copy()));
        return copy;
    }

    byte[] encoded() {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(content);
        children.forEach(child -> inner.writeBytes(child.encoded()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        switch (length) {
            case SHORTEST -> shortest(out, inner.size());
            case LONG -> {
                out.write(0x84);
                for (int shift = 24; shift >= 0; shift -= 8) {
                    out.write(inner.size() >> shift);
                }
            }
            case INDEFINITE -> out.write(0x80);
        }
        out.writeBytes(inner.toByteArray());
        if (length == Length.INDEFINITE) {
            out.writeBytes(new byte[2]);
        }
        return out.toByteArray();
    }

    private static void shortest(ByteArrayOutputStream out, int size) {
        if (size < 0x80) {
            out.write(size);
            return;
        }
        int octets = size < 0x100 ? 1 : size < 0x10000 ? 2 : 3;
        out.write(0x80 | octets);
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
            out.write(size >> shift);
        }
    }
}
