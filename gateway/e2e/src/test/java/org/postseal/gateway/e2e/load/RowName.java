package org.postseal.gateway.e2e.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The rows, in the order of the table in {@code docs/reliability.md}. */
enum RowName {
    KILL,
    POWER,
    FAILPOINTS,
    NEXTHOP,
    DISK,
    DIRECTORY,
    NETWORK,
    RESTART,
    CONNECTIONS,
    SLOW,
    BURST,
    RECIPIENTS,
    COMMANDS,
    SOAK,
    FLEET_KILL,
    FLEET_FAILOVER,
    FLEET_PARTITION,
    FLEET_SKEW,
    FLEET_TWIN,
    FLEET_RESTORE,
    FLEET_UPGRADE;

    Row row() {
        return switch (this) {
            case KILL -> new KillRow();
            case POWER -> new PowerRow();
            case FAILPOINTS -> new FailPointRow();
            case NEXTHOP -> new NextHopRow();
            case DISK -> new DiskRow();
            case DIRECTORY -> new DirectoryRow();
            case NETWORK -> new NetworkRow();
            case RESTART -> new RestartRow();
            case CONNECTIONS -> new ConnectionsRow();
            case SLOW -> new SlowRow();
            case BURST -> new BurstRow();
            case RECIPIENTS -> new RecipientsRow();
            case COMMANDS -> new CommandsRow();
            case SOAK -> new SoakRow();
            case FLEET_KILL -> new FleetKillRow();
            case FLEET_FAILOVER -> new FleetFailoverRow();
            case FLEET_PARTITION -> new FleetPartitionRow();
            case FLEET_SKEW -> new FleetSkewRow();
            case FLEET_TWIN -> new FleetTwinRow();
            case FLEET_RESTORE -> new FleetRestoreRow();
            case FLEET_UPGRADE -> new FleetUpgradeRow();
        };
    }

    /** Returns the name that {@code bin/test --long} takes. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<RowName> of(String word) {
        return Arrays.stream(values()).filter(row -> row.word().equals(word)).findFirst();
    }
}
