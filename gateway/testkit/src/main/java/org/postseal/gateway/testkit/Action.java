package org.postseal.gateway.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Says what a {@link ScriptedNextHop} does instead of its usual polite answer. */
public sealed interface Action {
    /** Writes these octets and goes on. */
    public record Say(String octets) implements Action {}

    /** Sends RST. */
    public record Reset() implements Action {}

    /** Closes, with FIN. */
    public record Close() implements Action {}

    /** Writes these octets, then closes the connection. */
    public record SayAndClose(String octets) implements Action {}

    /** Writes these octets, then neither answers nor reads. */
    public record SayAndHang(String octets) implements Action {}

    /** Neither answers nor reads. */
    public record Hang() implements Action {}

    /** Waits for the latch, then answers politely. */
    public record Await(CountDownLatch latch) implements Action {}

    /** Waits for a while, then answers politely. */
    public record Delay(Duration pause) implements Action {}

    /** Answers politely, one octet at a time. */
    public record Drip(Duration pause) implements Action {}

    /** Returns what the peer reads in place of the polite answer. */
    default String said(String polite) {
        return switch (this) {
            case Say(String octets) -> octets;
            case SayAndClose(String octets) -> octets;
            case SayAndHang(String octets) -> octets;
            case Await _, Delay _, Drip _ -> polite;
            case Reset _, Close _, Hang _ -> "";
        };
    }
}
