package org.postseal.certstore.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.format.SstContents.Notice;

/**
 * Reads Microsoft's serialized certificate store, which {@code Export-Certificate -Type SST} writes and
 * {@code Set-SmimeConfig -SMIMECertificateIssuingCA} accepts (MS-OSHARED §2.3.9.1). It has a header, then groups of
 * records of properties, each followed by an element, and then an end marker. Numbers are little-endian, and nothing is
 * padded.
 */
public final class SstReader {
    public static final int MAX_OCTETS = 16 << 20;
    public static final int MAX_ELEMENT_OCTETS = 1 << 20;
    public static final int MAX_PROPERTY_OCTETS = 64 << 10;
    /** The most properties of one element. Some ninety kinds exist. */
    public static final int MAX_PROPERTIES = 128;

    public static final int MAX_ELEMENTS = 10_000;

    private final byte[] octets;
    private final ByteBuffer buffer;
    private final Mode mode;
    private final List<SstElement> elements = new ArrayList<>();
    private final List<Notice> problems = new ArrayList<>();
    private final List<Notice> warnings = new ArrayList<>();
    private Optional<Set<String>> usages = Optional.empty();
    private int pendingCount;
    private int number = 1;

    /** Says how much is tolerated. */
    public enum Mode {
        /** Tolerates only what MS-OSHARED leaves open. */
        STRICT,
        /**
         * Also tolerates a missing end marker behind an element, an end marker with a content, and records with
         * meaningless numbers.
         */
        LENIENT
    }

    private SstReader(byte[] octets, Mode mode) {
        this.octets = octets;
        this.buffer = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        this.mode = mode;
    }

    /** Returns true if the octets begin as a store does. */
    public static boolean isStore(byte[] octets) {
        return octets.length >= HEADER.length && Arrays.equals(octets, 0, HEADER.length, HEADER, 0, HEADER.length);
    }

    /** Reads a file with header and end marker. */
    public static SstContents readFile(byte[] octets, Mode mode) {
        SstReader reader = new SstReader(octets, mode);
        if (!isStore(octets)) {
            reader.problem(0, Refusal.UNKNOWN_FORMAT, "no header of a serialized store");
        } else {
            reader.read();
        }
        return reader.contents();
    }

    private SstContents contents() {
        return new SstContents(elements, problems, warnings);
    }

    private void read() {
        if (octets.length > MAX_OCTETS) {
            problem(HEADER.length, Refusal.TOO_LARGE, "store longer than " + MAX_OCTETS + " octets");
            return;
        }
        int at = HEADER.length;
        while (at >= 0) {
            at = isAtEnd(at) ? -1 : readRecord(at);
        }
    }

    // A missing end marker is not tolerated if no element was read. A store cut behind its header would count as an
    // empty one, and importing an empty store clears a trust collection.
    private boolean isAtEnd(int at) {
        int left = octets.length - at;
        if (left >= RECORD) {
            return false;
        }
        String what = left == 0 ? "missing end marker" : "truncated record header";
        if (mode == Mode.LENIENT && !elements.isEmpty() && isZero(at, octets.length)) {
            warning(at, what);
        } else {
            problem(at, Refusal.MALFORMED, what);
        }
        return true;
    }

    /** Returns the offset of the next record, or -1 if there is none or nothing more can be read. */
    private int readRecord(int at) {
        long id = Integer.toUnsignedLong(buffer.getInt(at));
        long encoding = Integer.toUnsignedLong(buffer.getInt(at + 4));
        long length = Integer.toUnsignedLong(buffer.getInt(at + 8));
        if (id == 0) {
            readEnd(at, encoding, length);
            return -1;
        }
        int content = at + RECORD;
        SstElement.Kind kind = kind(id);
        int limit = kind == null ? MAX_PROPERTY_OCTETS : MAX_ELEMENT_OCTETS;
        String what = kind == null ? "property" : "element";
        if (length > octets.length - content) {
            problem(at, Refusal.MALFORMED, what + " reaches beyond the end");
            return -1;
        }
        if (length > limit) {
            problem(at, Refusal.TOO_LARGE, what + " longer than " + limit + " octets");
            return -1;
        }
        byte[] value = Arrays.copyOfRange(octets, content, content + (int) length);
        return (kind == null ? addProperty(at, id, encoding, value) : addElement(at, kind, encoding, value))
                ? content + (int) length
                : -1;
    }

    private void readEnd(int at, long encoding, long length) {
        if (encoding != 0 || length != 0) {
            complain(at, "end marker with a content");
        }
        if (pendingCount > 0) {
            warning(at, "properties without an element");
        }
        if (octets.length > at + RECORD) {
            warning(at + RECORD, "octets behind the end marker");
        }
    }

    private boolean addProperty(int at, long id, long encoding, byte[] value) {
        if (++pendingCount > MAX_PROPERTIES) {
            problem(at, Refusal.TOO_MANY, "more than " + MAX_PROPERTIES + " properties of one element");
            return false;
        }
        if (id > 0xffff) {
            complain(at, "property with the number " + id);
        } else if (encoding != X509_ASN_ENCODING) {
            warning(at, "property of another encoding, skipped");
        } else if (id == ENHANCED_KEY_USAGE && usages.isEmpty()) {
            usages = Optional.of(SstElement.usages(value));
        }
        return problems.size() < MAX_NOTICES;
    }

    private boolean addElement(int at, SstElement.Kind kind, long encoding, byte[] value) {
        if (number > MAX_ELEMENTS) {
            problem(at, Refusal.TOO_MANY, "more than " + MAX_ELEMENTS + " elements");
            return false;
        }
        if (encoding != X509_ASN_ENCODING) {
            problem(at, Refusal.MALFORMED, "element of another encoding than X.509");
        } else {
            elements.add(new SstElement(kind, number, at, value, usages));
        }
        usages = Optional.empty();
        pendingCount = 0;
        number++;
        return true;
    }

    private static SstElement.@org.jspecify.annotations.Nullable Kind kind(long id) {
        for (SstElement.Kind kind : SstElement.Kind.values()) {
            if (kind.id() == id) {
                return kind;
            }
        }
        return null;
    }

    private void complain(int at, String message) {
        switch (mode) {
            case STRICT -> problem(at, Refusal.MALFORMED, message);
            case LENIENT -> warning(at, message);
        }
    }

    private void problem(int at, Refusal refusal, String message) {
        problems.add(new Notice(number, at, refusal, message));
    }

    private void warning(int at, String message) {
        if (warnings.size() < MAX_NOTICES) {
            warnings.add(new Notice(number, at, Refusal.MALFORMED, message));
        }
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Version 0 and the text "CERT". */
    static final byte[] HEADER = {0, 0, 0, 0, 'C', 'E', 'R', 'T'};

    static final int X509_ASN_ENCODING = 1;
    /** The number of CERT_ENHKEY_USAGE_PROP_ID. */
    private static final int ENHANCED_KEY_USAGE = 9;

    private static final int RECORD = 12;
    private static final int MAX_NOTICES = 1_000;
}
