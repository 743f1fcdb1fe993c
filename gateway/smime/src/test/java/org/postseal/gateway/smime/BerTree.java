package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A BER value as a tree that a test can change and write again, with definite or indefinite lengths. */
final class BerTree {
    final int tag;
    byte[] content = {};
    final List<BerTree> children = new ArrayList<>();

    BerTree(int tag) {
        this.tag = tag;
    }

    static BerTree of(int tag, byte[] content) {
        BerTree tree = new BerTree(tag);
        tree.content = content;
        return tree;
    }

    static BerTree read(byte[] octets) {
        return new Reading(octets).next();
    }

    boolean isConstructed() {
        return (tag & 0x20) != 0;
    }

    /** Returns the element below this one to which these positions lead. */
    BerTree at(int... positions) {
        BerTree found = this;
        for (int position : positions) {
            found = found.children.get(position);
        }
        return found;
    }

    byte[] der() {
        return isConstructed()
                ? Der.value(tag, children.stream().map(BerTree::der).toArray(byte[][]::new))
                : Der.value(tag, content);
    }

    /** Returns the value with indefinite lengths wherever BER allows them. */
    byte[] ber() {
        if (!isConstructed()) {
            return Der.value(tag, content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        out.write(0x80);
        children.forEach(child -> out.writeBytes(child.ber()));
        out.writeBytes(new byte[2]);
        return out.toByteArray();
    }

    /** Returns this value and all values within it. */
    List<BerTree> all() {
        List<BerTree> all = new ArrayList<>(List.of(this));
        children.forEach(child -> all.addAll(child.all()));
        return all;
    }

    private static final class Reading {
        private final byte[] octets;
        private int at;

        Reading(byte[] octets) {
            this.octets = octets;
        }

        BerTree next() {
            BerTree tree = new BerTree(octets[at++] & 0xFF);
            int first = octets[at++] & 0xFF;
            int length = first;
            if (first > 0x80) {
                length = 0;
                for (int i = 0; i < (first & 0x7F); i++) {
                    length = (length << 8) | (octets[at++] & 0xFF);
                }
            }
            if (!tree.isConstructed()) {
                tree.content = Arrays.copyOfRange(octets, at, at + length);
                at += length;
            } else if (first == 0x80) {
                while (octets[at] != 0 || octets[at + 1] != 0) {
                    tree.children.add(next());
                }
                at += 2;
            } else {
                int end = at + length;
                while (at < end) {
                    tree.children.add(next());
                }
            }
            return tree;
        }
    }
}
