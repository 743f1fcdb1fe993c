package org.postseal.gateway.admin.cli.setup;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces.Listener;
import org.postseal.gateway.admin.cli.postfix.PostfixWish;
import org.postseal.gateway.admin.cli.support.Words;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.gateway.mail.Peer.Role;

/** Maps the names of ports to their numbers. */
record SetupPorts(Map<String, Integer> numbers) {
    /**
     * Takes the usual ports, but for those that are there already, and but for the given ones, whose names may be
     * wrong.
     */
    static SetupPorts of(SetupOptions options, Map<String, Integer> present, SetupProblems problems) {
        Map<String, Integer> numbers = new LinkedHashMap<>(usual(options));
        numbers.replaceAll(present::getOrDefault);
        options.ports.forEach((name, number) -> {
            if (!numbers.containsKey(name)) {
                problems.wrong(
                        "there is no port " + name + Words.nearest(name, numbers.keySet()),
                        "--port takes " + String.join(", ", numbers.keySet()));
            } else if (number == SMTP && !options.isRemote()) {
                problems.wrong(
                        "port 25 (" + name + ") is the one for strangers",
                        "choose another: --port " + name + "=NUMBER");
            } else if (number < 1 || number > 65535) {
                problems.wrong(number + " is no port", "--port " + name + "=NUMBER, 1 to 65535");
            } else {
                numbers.put(name, number);
            }
        });
        if (numbers.values().stream().distinct().count() < numbers.size()) {
            problems.wrong("two ports have one number: " + numbers, "choose another by --port");
        }
        return new SetupPorts(numbers);
    }

    int number(String name) {
        return numbers.getOrDefault(name, 0);
    }

    /** Returns where a gateway with these ports takes mail and hands it on. */
    GatewayPlaces places() {
        return new GatewayPlaces(
                List.of(
                        new Listener(at(SUBMISSION), Role.SUBMISSION, Protocol.LMTP),
                        new Listener(at(INBOUND), Role.INBOUND, Protocol.LMTP)),
                List.of(at(BACK)),
                LARGEST);
    }

    /** Returns the text with these ports in place of the usual ones. */
    String in(String text) {
        // Two ports may have changed places, so that each first gives way to its name
        String named = text;
        for (String name : numbers.keySet()) {
            named = named.replace("127.0.0.1:" + USUAL.get(name) + "\"", "127.0.0.1:{" + name + "}\"");
        }
        for (String name : numbers.keySet()) {
            named = named.replace("{" + name + "}", String.valueOf(number(name)));
        }
        return named;
    }

    private InetSocketAddress at(String name) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), number(name));
    }

    static final String SUBMISSION = "submission";
    static final String INBOUND = "inbound";
    static final String BACK = "back";
    static final String SENT_ON = "sent-on";
    static final String USERS = "users";
    static final String METRICS = "metrics";
    static final String CONSOLE = "console";

    /** The gateway and its console listen at these ports. */
    static final List<String> GATEWAY = List.of(SUBMISSION, INBOUND, METRICS, CONSOLE);

    private static final int SMTP = 25;

    /** A gateway takes messages up to this size unless its configuration says otherwise. */
    private static final long LARGEST = 52_428_800;

    /** The ports around a Postfix on this machine, which the package's file has. */
    private static final Map<String, Integer> USUAL = usual(new SetupOptions());

    private static Map<String, Integer> usual(SetupOptions options) {
        Map<String, Integer> usual = new LinkedHashMap<>();
        if (options.exchangeOnline != null) {
            // Exchange Online sends to port 25 and to no other
            usual.put(INBOUND, SMTP);
        } else if (options.nextHop != null) {
            usual.put(SUBMISSION, 2524);
            usual.put(INBOUND, 2525);
        } else {
            usual.put(SUBMISSION, 10024);
            usual.put(INBOUND, 10025);
            usual.put(BACK, 10026);
            usual.put(SENT_ON, 10028);
            usual.put(USERS, PostfixWish.SUBMISSION);
        }
        usual.put(METRICS, 9725);
        usual.put(CONSOLE, 9726);
        return usual;
    }
}
