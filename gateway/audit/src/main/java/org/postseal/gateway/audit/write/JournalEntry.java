package org.postseal.gateway.audit.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import org.postseal.gateway.audit.chain.Link;

/**
 * A record as an entry of systemd's journal, in its native protocol. The record is the message as it stands in the
 * log, so that {@code journalctl -o cat} gives back what {@code audit verify --checkpoint} reads. A record that is
 * longer than {@link #LONGEST} is not copied: its entry has its number and hash alone, so that no link of the chain is
 * missing.
 */
final class JournalEntry {
    private JournalEntry() {}

    /**
     * Returns the octets of the entry.
     *
     * @param log name of the log that the record is from
     * @param line the record without its line end
     */
    static byte[] of(String log, byte[] line) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream(Math.min(line.length, LONGEST) + 256);
        if (line.length <= LONGEST) {
            field(entry, "MESSAGE", line);
        } else {
            field(entry, "MESSAGE", ("a record of " + line.length + " octets is not copied").getBytes(UTF_8));
        }
        field(entry, "PRIORITY", INFORMATIONAL);
        field(entry, "SYSLOG_FACILITY", LOG_AUDIT);
        field(entry, "SYSLOG_IDENTIFIER", IDENTIFIER);
        field(entry, "POSTSEAL_AUDIT", log.getBytes(UTF_8));
        Link.Line.of(line).ifPresent(known -> {
            field(entry, "POSTSEAL_NUMBER", Long.toString(known.link().number()).getBytes(UTF_8));
            field(entry, "POSTSEAL_HASH", known.link().hash().getBytes(UTF_8));
        });
        return entry.toByteArray();
    }

    // A value without a line feed stands behind "=". A record has no line feed.
    private static void field(ByteArrayOutputStream entry, String name, byte[] value) {
        entry.writeBytes(name.getBytes(UTF_8));
        entry.write('=');
        entry.writeBytes(value);
        entry.write('\n');
    }

    /** The most octets of a record; they fit into a datagram of the usual 208 KiB. */
    static final int LONGEST = 128 << 10;

    private static final byte[] INFORMATIONAL = "6".getBytes(UTF_8);
    private static final byte[] LOG_AUDIT = "13".getBytes(UTF_8);
    private static final byte[] IDENTIFIER = "postseal".getBytes(UTF_8);
}
