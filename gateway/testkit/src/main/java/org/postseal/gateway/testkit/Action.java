package org.postseal.gateway.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a {@link ScriptedNextHop} does instead of the polite thing. */
public sealed interface Action {
    /** Writes these octets and goes on. */
    public record Say(String octets) implements Action {}

    /** Sends RST. */
    public record Reset() implements Action {}

    /** Closes, with FIN. */
    public record Close() implements Action {}

    /** Writes these octets, then closes. */
    public record SayAndClose(String octets) implements Action {}

    /** Writes these octets, then neither answers nor reads. */
    public record SayAndHang(String octets) implements Action {}

    /** Never answers, never reads. */
    public record Hang() implements Action {}

    /** Waits for the latch, then is polite. */
    public record Await(CountDownLatch latch) implements Action {}

    /** Is polite after a while. */
    public record Delay(Duration pause) implements Action {}

    /** Is polite, an octet at a time. */
    public record Drip(Duration pause) implements Action {}

    /** What the peer gets to read where the polite thing is this. */
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
