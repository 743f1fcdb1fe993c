package org.postseal.certstore.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one answer (RFC 9112) within a deadline and a size limit. The deadline covers the whole answer, so a server
 * gains nothing by sending one octet a second.
 */
final class HttpReader {
    private static final int MAX_HEAD_OCTETS = 16_384;
    private static final Duration LONG = Duration.ofHours(1);

    private final Socket socket;
    private final InputStream in;
    private final Deadline deadline;
    private final int maxOctets;
    private final byte[] buffer = new byte[8_192];
    private int position;
    private int end;
    private int headOctets;

    HttpReader(Socket socket, Deadline deadline, int maxOctets) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadline = deadline;
        this.maxOctets = maxOctets;
    }

    HttpAnswer read() throws IOException {
        int status = status(line());
        Map<String, String> fields = fields();
        String location = status >= 300 && status < 400 ? fields.get("location") : null;
        if (status != 200) {
            return new HttpAnswer(status, location, new byte[0]);
        }
        String encoding = fields.get("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new IOException("content encoding that was not asked for");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String transfer = fields.get("transfer-encoding");
        String length = fields.get("content-length");
        if (transfer != null) {
            if (!transfer.equalsIgnoreCase("chunked")) {
                throw new IOException("transfer encoding that was not asked for");
            }
            readChunks(body);
        } else if (length != null) {
            if (!length.matches("[0-9]{1,18}")) {
                throw new IOException("malformed content length");
            }
            copy(body, Long.parseLong(length));
        } else {
            readToEnd(body);
        }
        return new HttpAnswer(status, null, body.toByteArray());
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [0-9]{3}( .*)?")) {
            throw new IOException("not an HTTP answer");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("malformed header field");
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return fields;
    }

    private void readChunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            headOctets = 0;
            String size = line().replaceFirst("[; \\t].*", "");
            if (!size.matches("[0-9A-Fa-f]{1,8}")) {
                throw new IOException("malformed chunk");
            }
            long octets = Long.parseLong(size, 16);
            if (octets == 0) {
                return; // the trailer is of no use
            }
            copy(body, octets);
            if (!line().isEmpty()) {
                throw new IOException("malformed chunk");
            }
        }
    }

    private void copy(ByteArrayOutputStream body, long octets) throws IOException {
        if (octets > maxOctets - body.size()) {
            throw tooLong();
        }
        for (long left = octets; left > 0; ) {
            if (position == end && !fill()) {
                throw new IOException("answer breaks off");
            }
            int step = (int) Math.min(left, end - position);
            body.write(buffer, position, step);
            position += step;
            left -= step;
        }
    }

    private void readToEnd(ByteArrayOutputStream body) throws IOException {
        do {
            if (end - position > maxOctets - body.size()) {
                throw tooLong();
            }
            body.write(buffer, position, end - position);
            position = end;
        } while (fill());
    }

    private IOException tooLong() {
        return new IOException("answer longer than " + maxOctets + " octets");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (position == end && !fill()) {
                throw new IOException("answer breaks off");
            }
            byte octet = buffer[position++];
            if (++headOctets > MAX_HEAD_OCTETS) {
                throw new IOException("header longer than " + MAX_HEAD_OCTETS + " octets");
            }
            if (octet == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(octet);
        }
    }

    private boolean fill() throws IOException {
        if (deadline.isOver()) {
            throw new SocketTimeoutException("answer takes too long");
        }
        socket.setSoTimeout(deadline.socketMillis(LONG));
        int got = in.read(buffer, 0, buffer.length);
        position = 0;
        end = Math.max(0, got);
        return got > 0;
    }
}
