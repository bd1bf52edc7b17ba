/** Where the page starts: the address is read, the link opened, the panels drawn. */

import "@fontsource-variable/noto-sans-kr";
import { render } from "preact";
import { App } from "./panels/app";
import { start } from "./start";

start();
const page = document.getElementById("page");
if (page) render(<App />, page);
