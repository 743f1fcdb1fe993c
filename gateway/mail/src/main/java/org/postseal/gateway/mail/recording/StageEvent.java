package org.postseal.gateway.mail.recording;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Records one stage of one message for JDK Flight Recorder, from its beginning to its end, including the stages inside
 * it. Nothing is recorded, and next to nothing is done, unless a recording asks for it by name.
 */
@Name(StageEvent.NAME)
@Label("Stage of a Message")
@Description("A stage of docs/flow.md, or a part of one, with what waited inside it")
@Category("Postseal")
@Enabled(false)
@StackTrace(false)
final class StageEvent extends Event {
    static final String NAME = "org.postseal.Stage";

    @Label("Stage")
    String stage = "";

    @Label("Queue Id")
    String queueId = "";

    @Label("Recipients")
    int recipients;

    @Label("Size")
    @DataAmount
    long bytes;
}
