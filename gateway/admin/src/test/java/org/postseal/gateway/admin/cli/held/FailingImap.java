package org.postseal.gateway.admin.cli.held;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An IMAP server for one session, with these messages; one that is empty cannot be delivered. */
final class FailingImap implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<String> messages;
    private final Queue<String> fetched = new ConcurrentLinkedQueue<>();

    FailingImap(List<String> messages) throws IOException {
        this.messages = messages;
        Thread.ofVirtual().name("failing-imap").start(this::serve);
    }

    /** Returns the numbers of the messages of which octets were fetched. */
    List<String> fetched() {
        return List.copyOf(fetched);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        try (Socket client = socket.accept();
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                OutputStream out = client.getOutputStream()) {
            send(out, "* OK [CAPABILITY IMAP4rev1] ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", 3);
                answer(out, words[0], words[1].toUpperCase(Locale.ROOT), line);
            }
        } catch (IOException gone) {
            // The client has what it wants.
        }
    }

    private void answer(OutputStream out, String tag, String command, String line) throws IOException {
        switch (command) {
            case "CAPABILITY" -> send(out, "* CAPABILITY IMAP4rev1");
            case "LIST" -> send(out, "* LIST () \"/\" INBOX");
            case "EXAMINE" -> {
                send(out, "* " + messages.size() + " EXISTS");
                send(out, "* OK [UIDVALIDITY 1] fine");
            }
            case "FETCH" -> {
                Matcher one = BODY.matcher(line);
                boolean isOne = one.find();
                if (isOne) {
                    fetched.add(one.group(1));
                }
                if (!isOne) {
                    for (int i = 1; i <= messages.size(); i++) {
                        send(
                                out,
                                "* " + i + " FETCH (FLAGS () UID " + i + " RFC822.SIZE "
                                        + Math.max(1, messages.get(i - 1).length()) + ")");
                    }
                } else if (messages.get(Integer.parseInt(one.group(1)) - 1).isEmpty()) {
                    send(out, tag + " NO this message is broken");
                    return;
                } else {
                    String message = messages.get(Integer.parseInt(one.group(1)) - 1);
                    int from = Integer.parseInt(one.group(2));
                    String part = message.substring(Math.min(from, message.length()));
                    send(
                            out,
                            "* " + one.group(1) + " FETCH (BODY[]<" + from + "> {" + part.length() + "}\r\n" + part
                                    + ")");
                }
            }
            case "SEARCH" -> {
                Matcher text = TEXT.matcher(line);
                String wanted = text.find() ? text.group(1) : "";
                send(
                        out,
                        "* SEARCH"
                                + IntStream.range(0, messages.size())
                                        .filter(i -> messages.get(i).contains(wanted))
                                        .mapToObj(i -> " " + (i + 1))
                                        .collect(Collectors.joining()));
            }
            default -> {
                // All other commands succeed.
            }
        }
        send(out, tag + " OK" + (command.equals("EXAMINE") ? " [READ-ONLY]" : "") + " done");
    }

    private static void send(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final Pattern TEXT = Pattern.compile("HEADER X-Postseal-Quarantine \"?([0-9a-f]+)");
    private static final Pattern BODY = Pattern.compile("FETCH (\\d+) \\(BODY.PEEK\\[]<(\\d+)\\.\\d+>\\)");
}
