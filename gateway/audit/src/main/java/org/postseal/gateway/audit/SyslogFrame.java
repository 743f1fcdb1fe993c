package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A record as a message of syslog (RFC 5424): facility "log audit", severity "informational", the record as it stands in the log behind the header. Immutable. */
final class SyslogFrame {
    private final String head;

    /**
     * @param host that the messages name
     * @param process its number
     * @param log of which the records are: the type of the messages
     */
    SyslogFrame(String host, long process, String log) {
        this.head = " " + printable(host, 255) + " postseal " + process + " " + printable(log, 32) + " - ";
    }

    /** One message, without framing. The record is MSG-ANY, without a byte order mark: receivers pass it on as it is. */
    byte[] message(Instant time, byte[] record) {
        // RFC 5424 §6.2.3: at most six digits of a second
        byte[] before = ("<" + PRIORITY + ">1 " + time.truncatedTo(ChronoUnit.MICROS) + head).getBytes(US_ASCII);
        byte[] message = new byte[before.length + record.length];
        System.arraycopy(before, 0, message, 0, before.length);
        System.arraycopy(record, 0, message, before.length, record.length);
        return message;
    }

    /** With its length before it (RFC 6587 §3.4.1, RFC 5425 §4.3). */
    static byte[] counted(byte[] message) {
        byte[] length = (message.length + " ").getBytes(US_ASCII);
        byte[] frame = new byte[length.length + message.length];
        System.arraycopy(length, 0, frame, 0, length.length);
        System.arraycopy(message, 0, frame, length.length, message.length);
        return frame;
    }

    /** RFC 5424 §6: PRINTUSASCII, or the nil value. */
    private static String printable(String text, int longest) {
        String clean = text.replaceAll("[^!-~]", "");
        return clean.isEmpty() ? "-" : clean.substring(0, Math.min(clean.length(), longest));
    }

    // facility 13, severity 6
    private static final int PRIORITY = 13 * 8 + 6;
}
