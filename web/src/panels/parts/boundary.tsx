/** A part of the page that fails takes no other with it: the alerts stay when a panel can't be drawn. */

import { Component, type ComponentChildren } from "preact";
import { text } from "../../texts/texts";
import { Button } from "./controls";

interface Props {
  children: ComponentChildren;
}

interface State {
  error: Error | null;
}

export class Boundary extends Component<Props, State> {
  override state: State = { error: null };

  static override getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override componentDidCatch(error: Error): void {
    console.error(error);
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div class="trouble" role="alert" data-testid="broken">
        <p>{text("broken", { words: error.message })}</p>
        <Button onPress={() => this.setState({ error: null })}>{text("broken.again")}</Button>
      </div>
    );
  }
}
