package org.postseal.gateway.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * Shows where the gateway's processor time goes while messages of one mode run: the time of a message is divided by the
 * samples that JFR takes by CPU time (JEP 509), native code included. The garbage collector and the compiler are no
 * Java threads and have no samples; their time, a few percent, is divided among the others.
 */
final class RoadProfile {
    private RoadProfile() {}

    /** The part of the program in which a sample was taken: the first of these that has a frame in the stack. */
    enum Part {
        // The line for people is not written by the log's own thread.
        LOG_LINE("org.postseal.gateway.audit.write.MessageLine"),
        AUDIT("org.postseal.gateway.audit."),
        FLEET("org.postseal.gateway.road.fleet."),
        JOURNAL("org.postseal.gateway.road.journal."),
        CMS("org.postseal.gateway.smime."),
        INSPECT("org.postseal.gateway.road.pipeline.Inspector"),
        POLICY("org.postseal.policy."),
        NEXT_HOP("org.postseal.gateway.smtp.client."),
        LISTENER("org.postseal.gateway.smtp.server."),
        OTHER("");

        private final String prefix;

        Part(String prefix) {
            this.prefix = prefix;
        }

        private static Part of(List<RecordedFrame> frames) {
            for (Part part : values()) {
                if (frames.stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith(part.prefix))) {
                    return part;
                }
            }
            return OTHER;
        }
    }

    /** Prints one line for each mode. */
    static void print(BenchRoad road, int sizeKb, int seconds, int sessions) {
        Path folder = TemporaryHome.create("profile");
        try (LoadRun load = road.load(sessions)) {
            System.out.printf("%-8s %-8s %10s %10s", "size", "mode", "samples", "us/msg");
            for (Part part : Part.values()) {
                System.out.printf(" %10s", part.name().toLowerCase(Locale.ROOT));
            }
            System.out.println();
            for (Mode mode : List.of(Mode.RELAY, Mode.SIGN, Mode.SIGN_EC, Mode.ENCRYPT, Mode.DECRYPT, Mode.VERIFY)) {
                double rate = load.run(mode, sizeKb, 1000).messagesPerSecond();
                Path recording = folder.resolve(mode + ".jfr");
                jcmd(
                        road,
                        "JFR.start",
                        "name=road",
                        "settings=none",
                        "+jdk.CPUTimeSample#enabled=true",
                        "+jdk.CPUTimeSample#throttle=2ms");
                LoadRun.Sample sample = load.run(mode, sizeKb, (int) Math.max(1000, rate * seconds));
                jcmd(road, "JFR.stop", "name=road", "filename=" + recording);
                print(mode, sizeKb, 1000 * sample.gatewayMillis(), samples(recording));
            }
        } finally {
            TemporaryHome.delete(folder);
        }
    }

    private static void print(Mode mode, int sizeKb, double micros, Map<Part, Integer> samples) {
        int all = samples.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf(
                Locale.ROOT,
                "%-8s %-8s %10d %10.0f",
                sizeKb + " KB",
                mode.name().toLowerCase(Locale.ROOT),
                all,
                micros);
        for (Part part : Part.values()) {
            System.out.printf(Locale.ROOT, " %10.0f", micros * samples.getOrDefault(part, 0) / Math.max(1, all));
        }
        System.out.println();
    }

    private static Map<Part, Integer> samples(Path recording) {
        Map<Part, Integer> samples = new EnumMap<>(Part.class);
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.CPUTimeSample")) {
                    Part part = Optional.ofNullable(event.getStackTrace())
                            .map(stack -> Part.of(stack.getFrames()))
                            .orElse(Part.OTHER);
                    samples.merge(part, 1, Integer::sum);
                }
            }
            Files.delete(recording);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return samples;
    }

    private static void jcmd(BenchRoad road, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(road.gatewayPid())));
        command.addAll(List.of(arguments));
        byte[] _ = Command.of(command.toArray()).output();
    }
}
