package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Every program that reads MIME. Each has a thread of its own, so that a message is read by all of them at once. */
final class Judges implements AutoCloseable {
    private final Map<Judge, ExecutorService> threads = new LinkedHashMap<>();

    private final Map<String, Integer> silences = new TreeMap<>();
    private int cases;

    Judges() {
        List<Judge> all = new ArrayList<>(ProgramJudge.all());
        all.add(new Mime4jJudge());
        all.add(new AngusJudge());
        all.forEach(judge -> threads.put(
                judge,
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())));
    }

    /** Returns how many cases were shown to each. */
    int cases() {
        return cases;
    }

    /** Returns in how many cases each refused to read the message, or died of it; it shows nothing of them. */
    Map<String, Integer> silences() {
        return Map.copyOf(silences);
    }

    /** Returns what each shows of each message, by the name of the judge. */
    Map<String, List<Shown>> read(List<byte[]> messages) {
        return read(messages, 1);
    }

    /**
     * Returns what each shows of each message, by the name of the judge.
     *
     * @param perCase how many of the messages are one case; the first of them is the one that is judged
     */
    Map<String, List<Shown>> read(List<byte[]> messages, int perCase) {
        cases += messages.size() / perCase;
        Map<String, CompletableFuture<List<Shown>>> asked = new LinkedHashMap<>();
        threads.forEach((judge, thread) -> asked.put(
                judge.name(),
                CompletableFuture.supplyAsync(
                        () -> messages.stream().map(judge::read).toList(), thread)));
        Map<String, List<Shown>> shown = new LinkedHashMap<>();
        asked.forEach((name, answer) -> {
            List<Shown> its = answer.join();
            int silent = (int) IntStream.range(0, its.size() / perCase)
                    .filter(i -> its.get(i * perCase).failure().isPresent())
                    .count();
            if (silent > 0) {
                silences.merge(name, silent, Integer::sum);
            }
            shown.put(name, its);
        });
        return shown;
    }

    @Override
    public void close() {
        threads.values().forEach(ExecutorService::shutdownNow);
        threads.keySet().forEach(Judge::close);
    }
}
