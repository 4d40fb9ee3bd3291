// Messages between threads, sent together: each sending costs both sides more than what is in it. Takes one message after
// the other and gives what came in one turn to `send`, in its order.

/** `later` says when a turn is over: it calls back once what comes together has come. */
export function together<Message>(
  send: (messages: readonly Message[]) => void,
  later: (callback: () => void) => void,
): (message: Message) => void {
  let waiting: Message[] = [];
  return (message) => {
    waiting.push(message);
    if (waiting.length > 1) return;
    later(() => {
      const messages = waiting;
      waiting = [];
      send(messages);
    });
  };
}
