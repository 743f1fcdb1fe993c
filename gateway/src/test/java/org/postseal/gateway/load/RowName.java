package org.postseal.gateway.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The rows, in the order of the table in {@code docs/reliability.md}. */
enum RowName {
    KILL(KillRow::new),
    FAILPOINTS(FailPointRow::new),
    NEXTHOP(NextHopRow::new),
    DISK(DiskRow::new),
    DIRECTORY(DirectoryRow::new),
    NETWORK(NetworkRow::new),
    RESTART(RestartRow::new),
    CONNECTIONS(ConnectionsRow::new),
    SLOW(SlowRow::new),
    BURST(BurstRow::new),
    RECIPIENTS(RecipientsRow::new),
    COMMANDS(CommandsRow::new),
    SOAK(SoakRow::new);

    private final Supplier<Row> row;

    RowName(Supplier<Row> row) {
        this.row = row;
    }

    Row row() {
        return row.get();
    }

    /** As {@code bin/test --long} takes it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<RowName> of(String word) {
        return Arrays.stream(values()).filter(row -> row.word().equals(word)).findFirst();
    }
}
