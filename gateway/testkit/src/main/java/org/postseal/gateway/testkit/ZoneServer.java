package org.postseal.gateway.testkit;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Runs a name server that answers by datagram from a zone file. For names below {@code broken.} it answers SERVFAIL,
 * and for names below {@code silent.} it does not answer.
 */
public final class ZoneServer implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final List<Record> zone = new CopyOnWriteArrayList<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    /** @param records in the format of a zone file (RFC 1035 §5), names absolute */
    public ZoneServer(String records) throws IOException {
        try (Master master = new Master(
                new java.io.ByteArrayInputStream(records.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))) {
            for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
                zone.add(record);
            }
        }
        Thread.ofVirtual().start(this::serve);
    }

    /** Returns the questions that were asked, as {@code name type}, in order. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    private void serve() {
        byte[] octets = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                Message query = new Message(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
                Name name = query.getQuestion().getName();
                questions.add(name.toString(true) + " "
                        + Type.string(query.getQuestion().getType()));
                if (!name.toString().endsWith("silent.")) {
                    byte[] answer = answer(query, name).toWire();
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // Either the socket was closed, or the datagram is no question
            }
        }
    }

    private Message answer(Message query, Name name) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        if (name.toString().endsWith("broken.")) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
            return answer;
        }
        int type = query.getQuestion().getType();
        zone.stream()
                .filter(record -> record.getName().equals(name))
                .filter(record -> record.getType() == type || record.getType() == Type.CNAME)
                .forEach(record -> answer.addRecord(record, Section.ANSWER));
        if (zone.stream().noneMatch(record -> record.getName().equals(name))) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        return answer;
    }

    @Override
    public void close() {
        socket.close();
    }
}
