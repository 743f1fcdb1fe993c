package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.postseal.gateway.audit.systemd.JournalSocket;

/**
 * systemd's journal on this machine. A record is the message of an entry, as it stands in the log, so that {@code journalctl -o cat} gives back what {@code audit verify --checkpoint}
 * reads. One that is longer than {@link #LONGEST} is not copied: its entry has its number and hash alone, and so nothing of the chain is missing.
 */
record JournalTarget(Path socket) implements CopyTarget {
    @Override
    public String name() {
        return "systemd's journal (" + socket + ")";
    }

    /** A journal that is stopped must not fill our memory. */
    @Override
    public boolean isTriedAgain() {
        return false;
    }

    @Override
    public byte[] message(String log, byte[] line) {
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

    /** A value without a line feed stands behind {@code =}; a record has none. */
    private static void field(ByteArrayOutputStream entry, String name, byte[] value) {
        entry.writeBytes(name.getBytes(UTF_8));
        entry.write('=');
        entry.writeBytes(value);
        entry.write('\n');
    }

    @Override
    public Connection open() throws IOException {
        JournalSocket open = JournalSocket.open(socket.toString());
        return new Connection() {
            @Override
            public void send(byte[] message) throws IOException {
                open.send(message);
            }

            @Override
            public void close() {
                open.close();
            }
        };
    }

    /** Octets of a record: a datagram of the usual 208 KiB has room for it. */
    static final int LONGEST = 128 << 10;

    static final Path SOCKET = Path.of("/run/systemd/journal/socket");
    private static final byte[] INFORMATIONAL = "6".getBytes(UTF_8);
    private static final byte[] LOG_AUDIT = "13".getBytes(UTF_8);
    private static final byte[] IDENTIFIER = "postseal".getBytes(UTF_8);
}
