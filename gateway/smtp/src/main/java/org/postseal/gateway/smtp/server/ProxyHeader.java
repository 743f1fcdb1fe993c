package org.postseal.gateway.smtp.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, with which a proxy begins a connection. It reads to the last
 * octet of the header and no further, since what follows is the client's: a command or a TLS record. Netty parses it.
 */
final class ProxyHeader {
    /** Gives exactly as many octets as are asked for, or throws. */
    interface Source {
        void readFully(byte[] into, int offset, int length) throws IOException;
    }

    private ProxyHeader() {}

    /**
     * Returns the client for whom the proxy speaks. The result is empty if it speaks for itself (a health check) or for
     * somebody whose address it does not know.
     *
     * @throws ProtocolException if there is no header, or a wrong one
     */
    static Optional<InetSocketAddress> read(Source source) throws IOException {
        byte[] octets = octets(source);
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(octets));
            HAProxyMessage message = channel.readInbound();
            if (message == null) {
                throw new ProtocolException("not a PROXY header");
            }
            try {
                return client(message);
            } finally {
                message.release();
            }
        } catch (DecoderException wrong) {
            throw new ProtocolException("wrong PROXY header: " + wrong.getMessage());
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static Optional<InetSocketAddress> client(HAProxyMessage message) throws ProtocolException {
        if (message.command() == HAProxyCommand.LOCAL) {
            return Optional.empty();
        }
        return switch (message.proxiedProtocol()) {
            case TCP4, TCP6 -> Optional.of(address(message.sourceAddress(), message.sourcePort()));
            case UNKNOWN, UNIX_STREAM -> Optional.empty();
            case UDP4, UDP6, UNIX_DGRAM ->
                throw new ProtocolException("PROXY header of " + message.proxiedProtocol() + ", which SMTP is not");
        };
    }

    private static InetSocketAddress address(String address, int port) throws ProtocolException {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(address), port);
        } catch (IllegalArgumentException noAddress) {
            throw new ProtocolException("PROXY header without an address");
        }
    }

    private static byte[] octets(Source source) throws IOException {
        byte[] header = new byte[MOST_OF_VERSION_2];
        source.readFully(header, 0, 1);
        if (header[0] == VERSION_2[0]) {
            source.readFully(header, 1, FIXED_OF_VERSION_2 - 1);
            if (!Arrays.equals(header, 0, VERSION_2.length, VERSION_2, 0, VERSION_2.length)) {
                throw new ProtocolException("not a PROXY header");
            }
            int length = ((header[14] & 0xFF) << 8) | (header[15] & 0xFF);
            if (length > header.length - FIXED_OF_VERSION_2) {
                throw new ProtocolException("PROXY header of " + length + " octets");
            }
            source.readFully(header, FIXED_OF_VERSION_2, length);
            return Arrays.copyOf(header, FIXED_OF_VERSION_2 + length);
        }
        int length = 1;
        while (header[length - 1] != '\n') {
            // It does not wait for octets that cannot become a header.
            if (length == MOST_OF_VERSION_1
                    || (length <= VERSION_1.length && header[length - 1] != VERSION_1[length - 1])) {
                throw new ProtocolException("not a PROXY header");
            }
            source.readFully(header, length, 1);
            length++;
        }
        return Arrays.copyOf(header, length);
    }

    private static final byte[] VERSION_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION_2 = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    // This counts the CRLF as well.
    private static final int MOST_OF_VERSION_1 = 107;
    private static final int FIXED_OF_VERSION_2 = 16;
    // 64 KiB may be announced. Addresses with all TLVs that proxies send, a client certificate among them, need less.
    private static final int MOST_OF_VERSION_2 = FIXED_OF_VERSION_2 + (16 << 10);
}
