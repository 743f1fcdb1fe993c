package org.postseal.gateway.mail;

/**
 * Says that a held message is handed on, by whom and why.
 *
 * @param held the id of the held copy
 * @param by the name of the person
 * @param why their words
 */
public record Release(String held, String by, String why) {}
