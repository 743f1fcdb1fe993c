package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every program that reads MIME. Each has a thread of its own, so that a message is read by all of them at once. */
final class Judges implements AutoCloseable {
    private final Map<Judge, ExecutorService> threads = new LinkedHashMap<>();

    private final Map<String, Integer> silences = new ConcurrentSkipListMap<>();

    Judges() {
        List<Judge> all = new ArrayList<>(ProgramJudge.all());
        all.add(new Mime4jJudge());
        all.add(new AngusJudge());
        all.forEach(judge -> threads.put(
                judge,
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())));
    }

    /** Returns how many messages each refused to read, or died of; it shows nothing of them. */
    Map<String, Integer> silences() {
        return Map.copyOf(silences);
    }

    /** Returns what each shows of each message, by the name of the judge. */
    Map<String, List<Shown>> read(List<byte[]> messages) {
        Map<String, CompletableFuture<List<Shown>>> asked = new LinkedHashMap<>();
        threads.forEach((judge, thread) -> asked.put(
                judge.name(),
                CompletableFuture.supplyAsync(
                        () -> messages.stream().map(judge::read).toList(), thread)));
        Map<String, List<Shown>> shown = new LinkedHashMap<>();
        asked.forEach((name, answer) -> {
            List<Shown> its = answer.join();
            int silent =
                    (int) its.stream().filter(one -> one.failure().isPresent()).count();
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
